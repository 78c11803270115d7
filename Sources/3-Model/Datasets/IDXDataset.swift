import ArrayFiles
import Foundation

/// Reads images and labels from four files in MNIST's format, gzip or not: MNIST, Fashion-MNIST, or the user's own.
package struct IDXDataset: ArraySource {
    /// A data set that is published in this format.
    package struct Published: Sendable {
        /// Its name in configurations, which is also the name of its folder.
        package let name: String
        package let classNames: [String]
        package let normalization: Normalization

        package var description: DatasetDescription {
            DatasetDescription(
                shape: ImageShape(channels: 1, height: 28, width: 28),
                classNames: classNames,
                trainingCount: 60_000,
                testCount: 10_000
            )
        }

        /// LeCun, Cortes and Burges, "The MNIST database of handwritten digits", 1998.
        package static let mnist = Published(
            name: "mnist",
            classNames: (0...9).map(String.init),
            normalization: Normalization(mean: [0.1307], standardDeviation: [0.3081])
        )
        /// Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking", 2017.
        package static let fashionMNIST = Published(
            name: "fashionMNIST",
            classNames: [
                "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
                "ankle boot",
            ],
            normalization: Normalization(mean: [0.2860], standardDeviation: [0.3530])
        )
    }

    package static let fileNames = [
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
    ]

    private let folder: String
    private let published: Published?

    package var name: String { published?.name ?? "idx" }
    package var source: String { folder }
    package var publishedNormalization: Normalization? { published?.normalization }
    package var paths: [String] {
        Self.fileNames.map(path(of:)) + (published == nil ? UserDataset.classNameFiles(in: folder) : [])
    }

    /// A reader of four files.
    ///
    /// - Parameter folder: The folder with `train-images-idx3-ubyte` and the three similar files, with or without
    ///   `.gz`, and optionally `classes.txt`, with one class name per line.
    package init(folder: String) {
        self.folder = folder
        published = nil
    }

    /// A reader of a published data set.
    ///
    /// - Parameters:
    ///   - published: The data set.
    ///   - root: The folder that contains the data set's folder, or that folder itself.
    package init(_ published: Published, root: String) {
        let itself = Self.fileNames.flatMap { [$0, $0 + ".gz"] }.first {
            FileManager.default.fileExists(atPath: "\(root)/\($0)")
        }
        folder = PublishedFolder.path(under: root, name: published.name, file: itself ?? Self.fileNames[0])
        self.published = published
    }

    /// Reads all four files.
    ///
    /// - Returns: The data set; the user's own is normalized by the mean and standard deviation of its training images.
    /// - Throws: `DatasetError`.
    package func read() throws(DatasetError) -> ImageDataset {
        let names = Self.fileNames
        let training = try set(images: names[0], labels: names[1])
        let test = try set(images: names[2], labels: names[3])
        let classNames: [String]?
        if let published {
            classNames = published.classNames
        } else {
            classNames = try UserDataset.classNames(in: folder)
        }
        let dataset = try UserDataset.assemble(
            name: name,
            source: folder,
            training: training,
            test: test,
            classNames: classNames
        )
        guard let published else { return dataset }
        return try dataset.normalized(by: published.normalization)
    }

    private func set(images: String, labels: String) throws(DatasetError) -> ImageSet {
        let samples = try array(images)
        let layout: ArrayLayout? = samples.shape.count == 3 ? .NHW : nil
        return try ArrayRecords.set(samples: samples, labels: array(labels), layout: layout)
    }

    /// The path of one of the files, with `.gz` if only the compressed one exists.
    private func path(of name: String) -> String {
        let plain = "\(folder)/\(name)"
        return FileManager.default.fileExists(atPath: plain + ".gz") ? plain + ".gz" : plain
    }

    private func array(_ name: String) throws(DatasetError) -> NumberArray {
        func read() throws(DatasetError) -> NumberArray {
            try DatasetError.translating { () throws(ArrayFileError) in try IDXFile.read(path(of: name)) }
        }
        guard let published else { return try read() }
        return try PublishedFolder.orFetch(published.name, read)
    }
}
