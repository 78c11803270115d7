import ArrayFiles

/// Reads Street View House Numbers, the cropped digits, from the MATLAB files as published (Netzer et al., "Reading
/// digits in natural images with unsupervised feature learning", 2011).
package struct SVHNReader: ArraySource {
    package static let folderName = "svhn"
    package static let fileNames = ["train_32x32.mat", "test_32x32.mat"]
    /// The shape, classes and number of images, known without the files.
    package static let description = DatasetDescription(
        shape: CIFARRecords.shape,
        classNames: (0...9).map(String.init),
        trainingCount: 73_257,
        testCount: 26_032
    )
    /// The means and standard deviations that publications use.
    package static let normalization = Normalization(
        mean: [0.4377, 0.4438, 0.4728],
        standardDeviation: [0.1980, 0.2010, 0.1970]
    )

    private let folder: String

    package var name: String { "svhn" }
    package var source: String { folder }
    package var paths: [String] { Self.fileNames.map { "\(folder)/\($0)" } }
    package var publishedNormalization: Normalization? { Self.normalization }

    /// A reader of the data set under `root`.
    ///
    /// - Parameter root: The folder that contains `svhn`, or that folder itself.
    package init(root: String) {
        folder = PublishedFolder.path(under: root, name: Self.folderName, file: Self.fileNames[0])
    }

    /// Reads both files.
    ///
    /// - Returns: The data set, in the order of the files.
    /// - Throws: `DatasetError`.
    package func read() throws(DatasetError) -> ImageDataset {
        try UserDataset.assemble(
            name: "svhn",
            source: folder,
            training: set(Self.fileNames[0]),
            test: set(Self.fileNames[1]),
            classNames: Self.description.classNames
        ).normalized(by: Self.normalization)
    }

    private func set(_ name: String) throws(DatasetError) -> ImageSet {
        let arrays = try PublishedFolder.orFetch("svhn") { () throws(DatasetError) in
            try DatasetError.translating { () throws(ArrayFileError) in
                try MATFile(path: "\(folder)/\(name)").arrays(named: ["X", "y"])
            }
        }
        let shape = Self.description.shape
        guard let samples = arrays["X"], let labels = arrays["y"], samples.element == .uint8,
            samples.shape.dropLast() == [shape.height, shape.width, shape.channels]
        else {
            throw .damagedFile("\(folder)/\(name): X isn't an array of bytes [32, 32, 3, N]")
        }
        let count = samples.shape[3]
        // In the files, the label 10 stands for the digit zero.
        let numbers = try ArrayRecords.labels(labels, count: count).map { $0 == 10 ? 0 : $0 }
        if let record = numbers.firstIndex(where: { $0 > 9 }) {
            throw .labelOutOfRange(path: labels.path, record: record, found: Int(numbers[record]), classCount: 10)
        }
        let pixels = Self.transposed(samples.bytes, shape: shape, count: count)
        return ImageSet(
            shape: shape,
            storage: PixelStorage(recordByteCount: shape.count, bytes: pixels),
            labels: numbers
        )
    }

    /// Exchanges rows and columns: the files store columns of pixels.
    private static func transposed(_ bytes: [UInt8], shape: ImageShape, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytes.count) { target, initializedCount in
            bytes.withUnsafeBufferPointer { source in
                for plane in 0..<count * shape.channels {
                    let start = plane * shape.planeCount
                    for row in 0..<shape.height {
                        for column in 0..<shape.width {
                            target[start + row * shape.width + column] = source[start + column * shape.height + row]
                        }
                    }
                }
            }
            initializedCount = bytes.count
        }
    }
}
