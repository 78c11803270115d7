import Foundation

/// The folder of a published data set, and advice if it is missing.
enum PublishedFolder {
    /// The folder `name` in `root`, or `root` itself if it has that name or contains that file.
    static func path(under root: String, name: String, file: String) -> String {
        let isFolderItself =
            (root as NSString).lastPathComponent == name || FileManager.default.fileExists(atPath: "\(root)/\(file)")
        return isFolderItself ? root : "\(root)/\(name)"
    }

    /// Adds how to get the data set to the error about a missing file.
    static func orFetch<Value>(
        _ name: String,
        _ read: () throws(DatasetError) -> Value
    ) throws(DatasetError) -> Value {
        do {
            return try read()
        } catch .missing(let path) {
            throw .unsuitable(
                "\(path): not found; get the data set with 'swift-dp-train data fetch \(name)', or name the folder that "
                    + "holds it with '--set dataset.root=FOLDER' or \(DataRoot.environmentVariable)"
            )
        }
    }
}
