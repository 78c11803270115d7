import Crypto
import Formatting
import Tensors

/// Training and test images, and what is known about them.
package struct ImageDataset: Sendable {
    /// The data set's name in configurations.
    package let name: String
    /// The name of each class, by label.
    package let classNames: [String]
    /// The stored value of full brightness; 1 for floats.
    package let maximumPixelValue: Float
    /// The mean and standard deviation with which the loader normalizes.
    package private(set) var normalization: Normalization
    /// The training images.
    package private(set) var training: ImageSet
    /// Images that are set apart from training for validation; nil if there are none.
    package private(set) var validation: ImageSet?
    /// The test images.
    package private(set) var test: ImageSet
    /// The destination of each pixel position `[H × W]`, the same for all images; nil if pixels stay in place.
    package private(set) var pixelPermutation: [Int32]?

    /// What an index says about stored images.
    struct Index: Sendable {
        /// Identifies the images.
        let identity: String
        /// The mean and standard deviation of the training images.
        let normalization: Normalization
        /// Reads the file name of each record; nil if records don't have a file each.
        let names: (@Sendable () throws(DatasetError) -> [String])?
    }

    /// The index of the stored images; nil if they have none.
    private let index: Index?

    /// Whether the validation images are used for evaluation.
    private var evaluatesOnValidation = false

    /// The images for evaluation during training: the test or the validation images.
    package var evaluated: ImageSet { evaluatesOnValidation ? validation ?? test : test }

    /// The shape of every image.
    package var shape: ImageShape { training.shape }

    /// The description that networks are made for.
    package var description: DatasetDescription {
        DatasetDescription(
            shape: shape,
            classNames: classNames,
            trainingCount: training.count,
            testCount: test.count
        )
    }

    /// Creates a data set.
    ///
    /// - Parameters:
    ///   - name: The name in configurations.
    ///   - classNames: The name of each class, by label; every label is below their count.
    ///   - maximumPixelValue: The stored value of full brightness; 1 for floats.
    ///   - normalization: One mean and one standard deviation per channel.
    ///   - training: The images to learn from.
    ///   - test: The images to evaluate on, of the same shape.
    package init(
        name: String,
        classNames: [String],
        maximumPixelValue: Float,
        normalization: Normalization,
        training: ImageSet,
        test: ImageSet
    ) {
        self.init(
            name: name,
            classNames: classNames,
            maximumPixelValue: maximumPixelValue,
            normalization: normalization,
            training: training,
            test: test,
            index: nil
        )
    }

    /// Creates a data set of images that may have an index.
    init(
        name: String,
        classNames: [String],
        maximumPixelValue: Float,
        normalization: Normalization,
        training: ImageSet,
        test: ImageSet,
        index: Index?
    ) {
        precondition(training.shape == test.shape, "ImageDataset: \(test.shape) found, \(training.shape) needed")
        self.name = name
        self.classNames = classNames
        self.maximumPixelValue = maximumPixelValue
        self.normalization = normalization
        self.training = training
        self.test = test
        self.index = index
    }

    /// The same data set with fewer training images; the test images stay the same.
    ///
    /// - Parameters:
    ///   - count: The number of training images to keep.
    ///   - seed: Chooses the images at random; with the same seed, a smaller choice is part of a larger one. By default
    ///     the first images are kept.
    /// - Returns: The smaller data set.
    /// - Throws: `DatasetError.invalidOption` if there are fewer images.
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

    /// Reads the file names of the test images.
    ///
    /// - Returns: One path per image, relative to the data set; nil if images don't have a file each.
    /// - Throws: `DatasetError` if the names can't be read.
    package func testNames() throws(DatasetError) -> [String]? {
        guard let names = try index?.names?() else { return nil }
        return (0..<test.count).map { names[test.record($0)] }
    }

    /// The same data set with the training images in place of the test images.
    package var testedOnTrainingImages: ImageDataset {
        var dataset = self
        dataset.test = training
        return dataset
    }

    /// The same data set with a part of each class's training images set apart for validation; always the same images.
    ///
    /// - Parameter fraction: The fraction to set apart, above 0 and below 1.
    /// - Returns: The data set with `validation`.
    /// - Throws: `DatasetError.invalidOption` if nothing would be left for training or validation.
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

    /// The same data set, with the validation images for evaluation.
    ///
    /// - Returns: The data set whose `evaluated` images are the validation images.
    package func evaluatedOnValidation() -> ImageDataset {
        var dataset = self
        dataset.evaluatesOnValidation = true
        return dataset
    }

    /// The mean and standard deviation of the training images, added in a fixed order.
    ///
    /// - Returns: The statistics of pixels scaled to [0, 1]; for a packed set those in its index.
    package func computedNormalization() -> Normalization {
        index?.normalization ?? ChannelStatistics(of: training).normalization(maximum: maximumPixelValue)
    }

    /// The same data set with another normalization.
    ///
    /// - Parameter normalization: One finite mean and one standard deviation above 0 per channel.
    /// - Returns: The data set with that normalization.
    /// - Throws: `DatasetError.invalidOption` for other values.
    package func normalized(by normalization: Normalization) throws(DatasetError) -> ImageDataset {
        guard normalization.mean.count == shape.channels, normalization.mean.allSatisfy(\.isFinite) else {
            throw .invalidOption(
                name: "dataset.mean",
                found: "\(normalization.mean)",
                needed: "\(shape.channels) finite numbers"
            )
        }
        guard normalization.standardDeviation.count == shape.channels,
            normalization.standardDeviation.allSatisfy({ $0.isNormal && $0 > 0 })
        else {
            throw .invalidOption(
                name: "dataset.deviation",
                found: "\(normalization.standardDeviation)",
                needed: "\(shape.channels) numbers above 0"
            )
        }
        var normalized = self
        normalized.normalization = normalization
        return normalized
    }

    /// The same data set with a fixed permutation of the pixel positions, the same for every image and channel.
    ///
    /// The loader applies it last, after the augmentation, so that a network without a spatial prior gets the same
    /// images with its inputs in another order, and nothing else changes.
    ///
    /// - Parameter seed: The seed of the permutation.
    /// - Returns: The data set with that permutation.
    package func permutingPixels(seed: UInt64) -> ImageDataset {
        var random = RandomStream(seed: seed, purpose: .pixelPermutation)
        var permuted = self
        permuted.pixelPermutation = random.permutation(of: shape.planeCount)
        return permuted
    }

    /// Checks that the images read so far were stored correctly, and that their files have not been written to.
    ///
    /// - Throws: `DatasetError` that names the file.
    package func checkReads() throws(DatasetError) {
        try training.storage.checkReads()
        if test.storage !== training.storage { try test.storage.checkReads() }
    }

    /// SHA-256 of the shapes and of every pixel and label, by which ranks verify that they have the same data.
    ///
    /// For a packed set it is the digest of the index, which contains a checksum of every image.
    ///
    /// - Returns: 64 hexadecimal digits.
    package func digest() -> String {
        var hash = SHA256()
        for (role, set) in [("training", training), ("validation", validation), ("test", test)] {
            guard let set else { continue }
            let shape = set.shape
            let header = "\(role) \(set.count)x\(shape.channels)x\(shape.height)x\(shape.width)\n"
            hash.update(data: Array(header.utf8))
            if let index {
                hash.update(data: Array(index.identity.utf8))
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

    /// Lines for `data verify`: the number of images in each class, and the digest.
    package var summary: String {
        let sets = [("training", training), ("validation", validation), ("test", test)].compactMap { name, set in
            set.map { (name: name, counts: $0.classCounts(classCount: classNames.count), count: $0.count) }
        }
        let rows = classNames.indices.map { label in
            [Format.plain(classNames[label])] + sets.map { "\($0.counts[label])" }
        }
        let total = ["all"] + sets.map { "\($0.count)" }
        let table = TextTable.lines([["class"] + sets.map(\.name)] + rows + [total], textColumns: [0])
        return (table + ["sha256 \(digest())"]).joined(separator: "\n")
    }
}

extension Sequence<UInt8> {
    /// Two lowercase hexadecimal digits per byte.
    package var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
