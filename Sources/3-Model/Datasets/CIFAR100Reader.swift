import ArrayFiles
import Foundation

/// Reads CIFAR-100 in its official binary layout, with 100 fine or 20 coarse classes.
///
/// The data set has two files with 50,000 and 10,000 records, each a coarse label, a fine label and 3,072 pixel bytes,
/// and a text file with the class names for each kind of label (Alex Krizhevsky, "Learning Multiple Layers of Features
/// from Tiny Images", 2009).
package struct CIFAR100Reader: Sendable {
    /// Which of a record's two labels is used.
    package enum Labels: String, CaseIterable, Sendable {
        case fine, coarse

        /// The number of classes.
        package var classCount: Int { self == .fine ? 100 : 20 }
    }

    /// The folder in the official archive.
    package static let folderName = "cifar-100-binary"
    /// The means and standard deviations that publications use.
    package static let normalization = Normalization(
        mean: [0.5071, 0.4865, 0.4409],
        standardDeviation: [0.2673, 0.2564, 0.2762]
    )

    /// The shape and number of images, and placeholders for the class names, which are in the files.
    package static func description(labels: Labels) -> DatasetDescription {
        DatasetDescription(
            shape: CIFARRecords.shape,
            classNames: (0..<labels.classCount).map(String.init),
            trainingCount: 50_000,
            testCount: 10_000
        )
    }

    private let folder: String
    private let labels: Labels
    private let counts: (training: Int, test: Int)

    /// A reader of the data set under `root`.
    ///
    /// - Parameters:
    ///   - root: The folder that contains `cifar-100-binary`, or that folder itself.
    ///   - labels: Which labels are used.
    package init(root: String, labels: Labels) { self.init(root: root, labels: labels, counts: (50_000, 10_000)) }

    package init(root: String, labels: Labels, counts: (training: Int, test: Int)) {
        folder = PublishedFolder.path(under: root, name: Self.folderName, file: "test.bin")
        self.labels = labels
        self.counts = counts
    }

    /// Reads both files of records and the class names.
    ///
    /// - Returns: The images, in the order of the files.
    /// - Throws: `DatasetError`.
    package func read() throws(DatasetError) -> ImageDataset {
        let names = try classNames()
        let records = CIFARRecords(
            labelByteCount: 2,
            labelOffset: labels == .coarse ? 0 : 1,
            classCount: labels.classCount
        )
        return ImageDataset(
            name: "cifar100",
            classNames: names,
            maximumPixelValue: 255,
            normalization: Self.normalization,
            training: try records.read([try file("train.bin")], recordsPerFile: counts.training),
            test: try records.read([try file("test.bin")], recordsPerFile: counts.test)
        )
    }

    private func file(_ name: String) throws(DatasetError) -> MappedFile {
        try PublishedFolder.orFetch("cifar100") { () throws(DatasetError) in try MappedFile("\(folder)/\(name)") }
    }

    private func classNames() throws(DatasetError) -> [String] {
        let path = "\(folder)/\(labels)_label_names.txt"
        let names = try PublishedFolder.orFetch("cifar100") { () throws(DatasetError) in try ClassNames.read(path) }
        guard names.count == labels.classCount else {
            throw .damagedFile("\(path): \(names.count) class names found, \(labels.classCount) expected")
        }
        return names
    }
}
