import Crypto
import Formatting
import Tensors

/// Training and test images of one kind, and what is known of them.
package struct ImageDataset: Sendable {
    /// The name under which a configuration asks for the data set.
    package let name: String
    /// The name of each class, by label.
    package let classNames: [String]
    /// The stored value that stands for full brightness; 1 for floats.
    package let maximumPixelValue: Float
    /// What the loader shifts and scales pixels by.
    package private(set) var normalization: Normalization
    /// The images to learn from.
    package private(set) var training: ImageSet
    /// Images that are kept from training, to choose by; nil where none were asked for.
    package private(set) var validation: ImageSet?
    /// The images to evaluate on.
    package private(set) var test: ImageSet
    /// Where the loader puts each pixel position `[H × W]` of every image; nil where it stays.
    package private(set) var pixelPermutation: [Int32]?

    /// What tells the stored images from others; nil where only reading them all would tell.
    private let storedIdentity: String?

    /// Whether evaluation is on the validation images.
    private var evaluatesOnValidation = false

    /// The images to evaluate on while training: the test images, or those for validation.
    package var evaluated: ImageSet { evaluatesOnValidation ? validation ?? test : test }

    /// The extents of every image.
    package var shape: ImageShape { training.shape }

    /// What a network needs to know of the images.
    package var description: DatasetDescription {
        DatasetDescription(
            shape: shape,
            classNames: classNames,
            trainingCount: training.count,
            testCount: test.count
        )
    }

    /// Puts a data set together.
    ///
    /// - Parameters:
    ///   - name: The name under which a configuration asks for it.
    ///   - classNames: The name of each class, by label; every label is below their count.
    ///   - maximumPixelValue: The stored value that stands for full brightness; 1 for floats.
    ///   - normalization: One mean and deviation a channel.
    ///   - training: The images to learn from.
    ///   - test: The images to evaluate on, of the same shape.
    ///   - identity: What tells these images from others; by default they are all read for it.
    package init(
        name: String,
        classNames: [String],
        maximumPixelValue: Float,
        normalization: Normalization,
        training: ImageSet,
        test: ImageSet,
        identity: String? = nil
    ) {
        precondition(training.shape == test.shape, "ImageDataset: \(test.shape) found, \(training.shape) needed")
        self.name = name
        self.classNames = classNames
        self.maximumPixelValue = maximumPixelValue
        self.normalization = normalization
        self.training = training
        self.test = test
        storedIdentity = identity
    }

    /// The same data set with fewer training images; the test images stay.
    ///
    /// - Parameters:
    ///   - count: How many training images to keep.
    ///   - seed: Decides which, by chance; with the same seed, fewer are a part of more. By default the first stay.
    /// - Returns: The smaller data set.
    /// - Throws: `DatasetError.invalidOption` unless there are so many.
    package func limited(to count: Int, seed: UInt64? = nil) throws(DatasetError) -> ImageDataset {
        guard (1...training.count).contains(count) else {
            throw .invalidOption(
                name: "dataset.limit",
                found: "\(count)",
                needed: "1 to \(training.count) training images"
            )
        }
        var limited = self
        if let seed {
            var random = RandomStream(seed: seed, purpose: .imageSelection, lane: 1)
            limited.training = training.selection(random.permutation(of: training.count).prefix(count))
        } else {
            limited.training = training.prefix(count)
        }
        return limited
    }

    /// The same data set with the training images in the place of the test images.
    package var testedOnTrainingImages: ImageDataset {
        var dataset = self
        dataset.test = training
        return dataset
    }

    /// The same data set with a part of each class's training images set apart for validation, always the same ones.
    ///
    /// - Parameter fraction: The part, above 0 and below 1.
    /// - Returns: The data set with `validation`.
    /// - Throws: `DatasetError.invalidOption` where nothing is left for either.
    package func settingApart(validationFraction fraction: Double) throws(DatasetError) -> ImageDataset {
        let split = ClassSplit(labels: training.labels, secondFraction: fraction)
        guard !split.first.isEmpty, !split.second.isEmpty else {
            throw .invalidOption(
                name: "dataset.validationFraction",
                found: "\(fraction) of \(training.count) images in \(classNames.count) classes",
                needed: "at least one image for training and one for validation"
            )
        }
        var apart = self
        apart.validation = training.selection(split.second)
        apart.training = training.selection(split.first)
        return apart
    }

    /// The same data set, to be evaluated on its validation images.
    ///
    /// - Returns: The data set whose `evaluated` are those.
    package func evaluatedOnValidation() -> ImageDataset {
        var dataset = self
        dataset.evaluatesOnValidation = true
        return dataset
    }

    /// The mean and deviation of the training images, each channel's added up in a fixed order.
    ///
    /// - Returns: The figures of pixels scaled to [0, 1]; of a packed set those that its index has.
    package func computedNormalization() -> Normalization {
        storedIdentity != nil
            ? normalization : ChannelStatistics(of: training).normalization(maximum: maximumPixelValue)
    }

    /// The same data set with another normalization.
    ///
    /// - Parameter normalization: One finite mean and one deviation above 0 a channel.
    /// - Returns: The data set that the loader normalizes so.
    /// - Throws: `DatasetError.invalidOption` for other figures.
    package func normalized(by normalization: Normalization) throws(DatasetError) -> ImageDataset {
        guard normalization.mean.count == shape.channels, normalization.mean.allSatisfy(\.isFinite) else {
            throw .invalidOption(
                name: "dataset.mean",
                found: "\(normalization.mean)",
                needed: "\(shape.channels) finite numbers"
            )
        }
        guard normalization.deviation.count == shape.channels,
            normalization.deviation.allSatisfy({ $0.isNormal && $0 > 0 })
        else {
            throw .invalidOption(
                name: "dataset.deviation",
                found: "\(normalization.deviation)",
                needed: "\(shape.channels) numbers above 0"
            )
        }
        var normalized = self
        normalized.normalization = normalization
        return normalized
    }

    /// The same data set with one fixed permutation of the pixel positions, for every image and channel alike.
    ///
    /// The loader applies it last, after any augmentation, so that a network without a spatial prior sees the same
    /// images in another order of its inputs, and nothing else.
    ///
    /// - Parameter seed: Decides the permutation.
    /// - Returns: The data set that the loader permutes so.
    package func permutingPixels(seed: UInt64) -> ImageDataset {
        var random = RandomStream(seed: seed, purpose: .pixelPermutation)
        var permuted = self
        permuted.pixelPermutation = random.permutation(of: shape.planeCount)
        return permuted
    }

    /// Makes sure that the images read so far are those that were stored, and that nobody has written to their files.
    ///
    /// - Throws: `DatasetError` that names the file.
    package func checkReads() throws(DatasetError) {
        try training.storage.checkReads()
        if test.storage !== training.storage { try test.storage.checkReads() }
    }

    /// SHA-256 of the extents and of every pixel and label, by which ranks see that they hold the same data.
    ///
    /// Of a packed set it is that of the index, which has a checksum of every image.
    ///
    /// - Returns: 64 hexadecimal digits.
    package func digest() -> String {
        var hash = SHA256()
        for (role, set) in [("training", training), ("validation", validation), ("test", test)] {
            guard let set else { continue }
            let shape = set.shape
            let header = "\(role) \(set.count)x\(shape.channels)x\(shape.height)x\(shape.width)\n"
            hash.update(data: Array(header.utf8))
            if let storedIdentity {
                hash.update(data: Array(storedIdentity.utf8))
                set.records?.withUnsafeBytes { hash.update(bufferPointer: $0) }
            } else {
                for sample in 0..<set.count { hash.update(bufferPointer: set.storage.record(set.record(sample))) }
            }
            if classNames.count <= 256 {
                hash.update(data: set.labels.map(UInt8.init(truncatingIfNeeded:)))
            } else {
                set.labels.withUnsafeBytes { hash.update(bufferPointer: $0) }
            }
        }
        return hash.finalize().hexadecimal
    }

    /// Lines for `data verify`: the images of each class and the digest of all of them.
    package var summary: String {
        let sets = [("training", training), ("validation", validation), ("test", test)].compactMap { name, set in
            set.map { (name: name, counts: $0.classCounts(classCount: classNames.count), count: $0.count) }
        }
        let rows = classNames.indices.map { label in [classNames[label]] + sets.map { "\($0.counts[label])" } }
        let total = ["all"] + sets.map { "\($0.count)" }
        let table = TextTable.lines([["class"] + sets.map(\.name)] + rows + [total], textColumns: [0])
        return (table + ["sha256 \(digest())"]).joined(separator: "\n")
    }
}

extension Sequence<UInt8> {
    /// Two lowercase hexadecimal digits a byte.
    package var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
