package import ConfigurationFiles
import Datasets
import Foundation

/// A data set given as one word: the name of a published one, or the path of the user's own, whose kind is detected.
package struct DatasetChoice: Sendable, Equatable {
    /// Its name on the page.
    package let name: String
    /// The overrides that select it.
    package let overrides: [String]

    /// The rows and columns of resized pictures.
    private static let sidePixels = 32
    /// The fraction of each class for testing, if the pictures aren't split.
    private static let testFraction = 0.2

    /// Detects the kind of a data set.
    ///
    /// - Parameter word: The name of a published data set; or a folder of pictures, a file of packed images, a table of
    ///   pictures, arrays, or a folder in MNIST's format.
    /// - Throws: `ConfigurationError` if there is no such data set.
    package init(_ word: String) throws(ConfigurationError) {
        if let published = DatasetName(rawValue: word), !published.isOwn {
            self.init(name: word, overrides: ["dataset.name=\(word)"])
            return
        }
        let path = (word as NSString).expandingTildeInPath
        guard FileManager.default.fileExists(atPath: path) else {
            let names = DatasetName.allCases.filter { !$0.isOwn }.map(\.rawValue)
            throw ConfigurationError(
                file: "--dataset",
                problem: "'\(word)' not found",
                hint: "name a folder or file of your own, or one of \(names.joined(separator: ", "))"
            )
        }
        let kind = Self.kind(of: path)
        self.init(
            name: URL(fileURLWithPath: path).standardizedFileURL.deletingPathExtension().lastPathComponent,
            overrides: ["dataset.name=\(kind.rawValue)", "dataset.root=\(Self.quoted(path))"]
                + Self.pictureOverrides(kind, path)
        )
    }

    private init(name: String, overrides: [String]) {
        self.name = name
        self.overrides = overrides
    }

    /// The name as part of a folder name.
    var folderName: String {
        String(name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
    }

    private static func kind(of path: String) -> DatasetName {
        func holds(_ names: [String]) -> Bool {
            names.contains { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
        }
        if path.hasSuffix(".npz") || holds(["x_train.npy"]) { return .arrays }
        if path.hasSuffix(".csv") || holds(["train.csv"]) { return .csv }
        let images = IDXDataset.fileNames[0]
        return holds([images, images + ".gz"]) ? .idx : .images
    }

    /// The further keys that pictures need unless they are packed.
    private static func pictureOverrides(_ kind: DatasetName, _ path: String) -> [String] {
        guard kind == .csv || kind == .images && !PackedImages.isFile(path) else { return [] }
        let size = "dataset.size=[\(sidePixels), \(sidePixels)]"
        let part = kind == .csv ? "train.csv" : "train"
        let isSplit = FileManager.default.fileExists(atPath: "\(path)/\(part)")
        return [size] + (isSplit ? [] : ["dataset.testFraction=\(testFraction)"])
    }

    /// A text as a quoted scalar of YAML.
    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? text
    }
}
