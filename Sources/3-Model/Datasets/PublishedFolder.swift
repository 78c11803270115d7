import Foundation

/// Where the files of a published data set are, and what to say where they aren't.
enum PublishedFolder {
    /// The folder `name` under `root`, or `root` itself where it has that name or that file.
    static func path(under root: String, name: String, file: String) -> String {
        let isFolderItself =
            (root as NSString).lastPathComponent == name || FileManager.default.fileExists(atPath: "\(root)/\(file)")
        return isFolderItself ? root : "\(root)/\(name)"
    }

    /// Says how to get the data set where one of its files is missing.
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
