import ArrayFiles
import Foundation

/// Reads a user's data set from four arrays: `x_train`, `y_train`, `x_test` and `y_test`.
package struct ArrayDataset: ArraySource {
    private static let names = ["x_train", "y_train", "x_test", "y_test"]

    private let root: String
    private let layout: ArrayLayout?

    package var name: String { "arrays" }
    package var source: String { root }
    package var recipe: String { layout?.rawValue ?? "" }
    package var paths: [String] {
        root.hasSuffix(".npz")
            ? [root] : Self.names.map { "\(root)/\($0).npy" } + UserDataset.classNameFiles(in: root)
    }

    /// A reader of arrays.
    ///
    /// - Parameters:
    ///   - root: A `.npz` file with the four arrays, or a folder with a `.npy` file for each and optionally
    ///     `classes.txt`, with one class name per line.
    ///   - layout: The order of the samples' dimensions; nil for NCHW, NCL or NF, depending on their number.
    package init(root: String, layout: ArrayLayout?) {
        self.root = root
        self.layout = layout
    }

    /// Reads all four arrays.
    ///
    /// - Returns: The data set, normalized by the mean and standard deviation of its training samples.
    /// - Throws: `DatasetError`.
    package func read() throws(DatasetError) -> ImageDataset {
        let isFile = root.hasSuffix(".npz")
        let file = try isFile ? DatasetError.translating { () throws(ArrayFileError) in try NPZFile(path: root) } : nil
        func array(_ name: String) throws(DatasetError) -> NumberArray {
            try DatasetError.translating { () throws(ArrayFileError) in
                if let file { return try file.array(named: name) }
                return try NPYFile.read("\(root)/\(name).npy")
            }
        }
        let training = try ArrayRecords.set(samples: array("x_train"), labels: array("y_train"), layout: layout)
        let test = try ArrayRecords.set(samples: array("x_test"), labels: array("y_test"), layout: layout)
        return try UserDataset.assemble(
            name: "arrays",
            source: root,
            training: training,
            test: test,
            classNames: try UserDataset.classNames(in: isFile ? nil : root)
        )
    }
}

/// What all data sets from users have in common.
enum UserDataset {
    /// Combines training and test set, and checks that they match.
    static func assemble(
        name: String,
        source: String,
        training: ImageSet,
        test: ImageSet,
        classNames: [String]?
    ) throws(DatasetError) -> ImageDataset {
        guard training.shape == test.shape, training.element == test.element else {
            throw .unsuitable(
                "\(source): test samples are \(kind(of: test)), training samples \(kind(of: training)); the same needed"
            )
        }
        guard training.count > 0, test.count > 0 else {
            throw .unsuitable(
                "\(source): \(training.count) training and \(test.count) test samples found, at least one of each needed"
            )
        }
        let needed = Int((training.labels + test.labels).max() ?? 0) + 1
        let names = classNames ?? (0..<needed).map(String.init)
        guard names.count >= needed else {
            throw .unsuitable("\(source): classes.txt names \(names.count) classes, and a label is \(needed - 1)")
        }
        let seen = Set(training.labels)
        if let label = test.labels.first(where: { !seen.contains($0) }) {
            throw .unsuitable("\(source): class \(names[Int(label)]) is only among the test samples")
        }
        let maximum = training.element.maximum
        return ImageDataset(
            name: name,
            classNames: names,
            maximumPixelValue: maximum,
            normalization: ChannelStatistics(of: training).normalization(maximum: maximum),
            training: training,
            test: test
        )
    }

    /// A description of the samples.
    private static func kind(of set: ImageSet) -> String {
        "\(set.shape.channels)×\(set.shape.height)×\(set.shape.width) of \(set.element)"
    }

    /// A folder's `classes.txt`; empty if it has none.
    static func classNameFiles(in folder: String) -> [String] {
        ["\(folder)/classes.txt"].filter(FileManager.default.fileExists)
    }

    /// The lines of a folder's `classes.txt`; nil if there is none.
    static func classNames(in folder: String?) throws(DatasetError) -> [String]? {
        guard let folder, FileManager.default.fileExists(atPath: "\(folder)/classes.txt") else { return nil }
        return try ClassNames.read("\(folder)/classes.txt")
    }
}
