import Foundation

/// Reads CIFAR-10 in its official binary layout.
///
/// The data set has six files of 10,000 records, each a label byte and 3,072 pixel bytes `[3, 32, 32]` (Alex
/// Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009).
package struct CIFAR10Reader: Sendable {
    /// The shape, classes and number of images, known without the files.
    package static let description = DatasetDescription(
        shape: shape,
        classNames: classNames,
        trainingCount: 50_000,
        testCount: 10_000
    )
    /// The folder in the official archive.
    package static let folderName = "cifar-10-batches-bin"
    /// The classes, by label.
    package static let classNames = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]
    /// The means and standard deviations that publications use.
    package static let normalization = Normalization(
        mean: [0.4914, 0.4822, 0.4465],
        standardDeviation: [0.2470, 0.2435, 0.2616]
    )

    package static let shape = CIFARRecords.shape
    package static let trainingFileNames = (1...5).map { "data_batch_\($0).bin" }
    package static let testFileName = "test_batch.bin"

    /// Whether a file has one of the six names.
    static func isFile(_ path: String) -> Bool {
        (trainingFileNames + [testFileName]).contains((path as NSString).lastPathComponent)
    }

    /// The folder with the six files.
    package let folder: String

    private let recordsPerFile: Int

    /// A reader of the data set under `root`.
    ///
    /// - Parameter root: The folder that contains `cifar-10-batches-bin`, or that folder itself.
    package init(root: String) {
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
    package func read() throws(DatasetError) -> ImageDataset {
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
        var files: [MappedFile] = []
        for name in names { files.append(try MappedFile("\(folder)/\(name)")) }
        return try CIFARRecords(labelByteCount: 1, labelOffset: 0, classCount: Self.classNames.count)
            .read(files, recordsPerFile: recordsPerFile)
    }

    /// The folder of the six files, whether or not it exists.
    static func folder(under root: String) -> String {
        let isFolderItself =
            (root as NSString).lastPathComponent == folderName
            || FileManager.default.fileExists(atPath: "\(root)/\(testFileName)")
        return isFolderItself ? root : "\(root)/\(folderName)"
    }
}
