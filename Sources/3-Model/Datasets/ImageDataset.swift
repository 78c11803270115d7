import Crypto
import Formatting
import Tensors

/// Training and test images of one kind, and what is known of them.
public struct ImageDataset: Sendable {
    /// The name under which a configuration asks for the data set.
    public let name: String
    /// The name of each class, by label.
    public let classNames: [String]
    /// The pixel value that stands for full brightness.
    public let maximumPixelValue: UInt8
    /// What the loader shifts and scales pixels by.
    public private(set) var normalization: Normalization
    /// The images to learn from.
    public private(set) var training: ImageSet
    /// The images to evaluate on.
    public private(set) var test: ImageSet
    /// Where the loader puts each pixel position `[H × W]` of every image; nil where it stays.
    public private(set) var pixelPermutation: [Int32]?

    /// The extents of every image.
    public var shape: ImageShape { training.shape }

    /// Puts a data set together.
    ///
    /// - Parameters:
    ///   - name: The name under which a configuration asks for it.
    ///   - classNames: The name of each class, by label; every label is below their count.
    ///   - maximumPixelValue: The pixel value that stands for full brightness.
    ///   - normalization: One mean and deviation a channel.
    ///   - training: The images to learn from.
    ///   - test: The images to evaluate on, of the same shape.
    public init(
        name: String,
        classNames: [String],
        maximumPixelValue: UInt8,
        normalization: Normalization,
        training: ImageSet,
        test: ImageSet
    ) {
        precondition(training.shape == test.shape, "ImageDataset: \(test.shape) found, \(training.shape) needed")
        self.name = name
        self.classNames = classNames
        self.maximumPixelValue = maximumPixelValue
        self.normalization = normalization
        self.training = training
        self.test = test
    }

    /// The same data set with fewer training images; the test images stay.
    ///
    /// - Parameters:
    ///   - count: How many training images to keep.
    ///   - seed: Decides which, by chance; with the same seed, fewer are a part of more. By default the first stay.
    /// - Returns: The smaller data set.
    /// - Throws: `DatasetError.invalidOption` unless there are so many.
    public func limited(to count: Int, seed: UInt64? = nil) throws(DatasetError) -> ImageDataset {
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
    public var testedOnTrainingImages: ImageDataset {
        var dataset = self
        dataset.test = training
        return dataset
    }

    /// The same data set with another normalization.
    ///
    /// - Parameter normalization: One finite mean and one deviation above 0 a channel.
    /// - Returns: The data set that the loader normalizes so.
    /// - Throws: `DatasetError.invalidOption` for other figures.
    public func normalized(by normalization: Normalization) throws(DatasetError) -> ImageDataset {
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
    public func permutingPixels(seed: UInt64) -> ImageDataset {
        var random = RandomStream(seed: seed, purpose: .pixelPermutation)
        var permuted = self
        permuted.pixelPermutation = random.permutation(of: shape.planeCount)
        return permuted
    }

    /// SHA-256 of the extents and of every pixel and label, by which ranks see that they hold the same data.
    ///
    /// - Returns: 64 hexadecimal digits.
    public func digest() -> String {
        var hash = SHA256()
        for (role, set) in [("training", training), ("test", test)] {
            let shape = set.shape
            let header = "\(role) \(set.count)x\(shape.channels)x\(shape.height)x\(shape.width)\n"
            hash.update(data: Array(header.utf8))
            set.pixels.withUnsafeBytes { hash.update(bufferPointer: $0) }
            set.labels.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        return hash.finalize().hexadecimal
    }

    /// Lines for `data verify`: the images of each class and the digest of all of them.
    public var summary: String {
        let trainingCounts = training.classCounts(classCount: classNames.count)
        let testCounts = test.classCounts(classCount: classNames.count)
        let rows = classNames.indices.map { [classNames[$0], "\(trainingCounts[$0])", "\(testCounts[$0])"] }
        let total = ["all", "\(training.count)", "\(test.count)"]
        let table = TextTable.lines([["class", "training", "test"]] + rows + [total], textColumns: [0])
        return (table + ["sha256 \(digest())"]).joined(separator: "\n")
    }
}

extension Sequence<UInt8> {
    /// Two lowercase hexadecimal digits a byte.
    var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
