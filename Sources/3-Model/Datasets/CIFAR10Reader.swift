import Foundation

/// Reads CIFAR-10 in its official binary layout.
///
/// That is six files of 10,000 records, each a label byte and 3,072 pixel bytes `[3, 32, 32]` (Alex Krizhevsky, "Learning
/// Multiple Layers of Features from Tiny Images", 2009).
public struct CIFAR10Reader: Sendable {
    /// The folder that the official archive unpacks to.
    public static let folderName = "cifar-10-batches-bin"
    /// The classes, by label.
    public static let classNames = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]
    /// The means and deviations that publications use.
    public static let normalization = Normalization(
        mean: [0.4914, 0.4822, 0.4465],
        deviation: [0.2470, 0.2435, 0.2616]
    )

    package static let shape = ImageShape(channels: 3, height: 32, width: 32)
    package static let recordByteCount = 1 + shape.count
    package static let trainingFileNames = (1...5).map { "data_batch_\($0).bin" }
    package static let testFileName = "test_batch.bin"

    /// The folder with the six files.
    public let folder: String

    private let recordsPerFile: Int

    /// A reader of the data set under `root`.
    ///
    /// - Parameter root: The folder that holds `cifar-10-batches-bin`, or that folder itself.
    public init(root: String) {
        self.init(root: root, recordsPerFile: 10_000)
    }

    package init(root: String, recordsPerFile: Int) {
        folder = Self.folder(under: root)
        self.recordsPerFile = recordsPerFile
    }

    /// Reads and checks all six files.
    ///
    /// - Returns: 50,000 training and 10,000 test images, in the order of the files.
    /// - Throws: `DatasetError` when a file is missing, unreadable, of the wrong length, or has a label over 9.
    public func read() throws(DatasetError) -> ImageDataset {
        ImageDataset(
            name: "cifar10",
            classNames: Self.classNames,
            maximumPixelValue: 255,
            normalization: Self.normalization,
            training: try readFiles(Self.trainingFileNames),
            test: try readFiles([Self.testFileName])
        )
    }

    private func readFiles(_ names: [String]) throws(DatasetError) -> ImageSet {
        var pixels: [UInt8] = []
        var labels: [UInt8] = []
        pixels.reserveCapacity(names.count * recordsPerFile * Self.shape.count)
        labels.reserveCapacity(names.count * recordsPerFile)
        for name in names {
            let path = "\(folder)/\(name)"
            let bytes = try FileBytes.read(path, expectedCount: recordsPerFile * Self.recordByteCount)
            try Self.append(records: bytes, from: path, to: &pixels, labels: &labels)
        }
        return ImageSet(shape: Self.shape, pixels: pixels, labels: labels)
    }

    /// Splits whole records into pixels and labels.
    package static func append(
        records: [UInt8],
        from path: String,
        to pixels: inout [UInt8],
        labels: inout [UInt8]
    ) throws(DatasetError) {
        let (count, remainder) = records.count.quotientAndRemainder(dividingBy: recordByteCount)
        guard remainder == 0 else {
            throw .wrongLength(path: path, found: records.count, expected: count * recordByteCount)
        }
        for record in 0..<count {
            let start = record * recordByteCount
            guard records[start] < classNames.count else {
                throw .labelOutOfRange(
                    path: path,
                    record: record,
                    found: Int(records[start]),
                    classCount: classNames.count
                )
            }
            labels.append(records[start])
            pixels.append(contentsOf: records[(start + 1)..<(start + recordByteCount)])
        }
    }

    /// Where the six files are, or shall be.
    static func folder(under root: String) -> String {
        let isFolderItself =
            (root as NSString).lastPathComponent == folderName
            || FileManager.default.fileExists(atPath: "\(root)/\(testFileName)")
        return isFolderItself ? root : "\(root)/\(folderName)"
    }
}
