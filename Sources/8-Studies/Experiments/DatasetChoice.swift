package import Configuration
import Datasets
import Foundation

/// A data set as one word names it: a published one's name, or the path of one's own, which shows what it is.
package struct DatasetChoice: Sendable, Equatable {
    /// What the page calls it.
    package let name: String
    /// The overrides that choose it.
    package let overrides: [String]

    /// Pictures are resized to so many rows and columns.
    private static let sidePixels = 32
    /// The part of each class that is for test where the pictures aren't in two parts.
    private static let testFraction = 0.2

    /// Looks at what the word names.
    ///
    /// - Parameter word: The name of a data set that isn't one's own; or a folder of pictures, a file of packed images, a
    ///   table of pictures, arrays, or a folder in MNIST's format.
    /// - Throws: `ConfigurationError` where there is no such thing.
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

    /// The name as a part of a folder's name.
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

    /// What pictures need to be told besides, unless they are packed.
    private static func pictureOverrides(_ kind: DatasetName, _ path: String) -> [String] {
        guard kind == .csv || kind == .images && !PackedImages.isFile(path) else { return [] }
        let size = "dataset.size=[\(sidePixels), \(sidePixels)]"
        let part = kind == .csv ? "train.csv" : "train"
        let isSplit = FileManager.default.fileExists(atPath: "\(path)/\(part)")
        return [size] + (isSplit ? [] : ["dataset.testFraction=\(testFraction)"])
    }

    /// A text of YAML that nothing in it ends or changes.
    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? text
    }
}
