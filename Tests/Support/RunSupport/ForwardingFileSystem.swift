package import Checkpoints

/// A file system that passes every call on to another one; a test implements the calls that it wants to change.
package protocol ForwardingFileSystem: FileSystem {
    associatedtype Base: FileSystem
    /// The file system that does the work.
    var base: Base { get }
}

extension ForwardingFileSystem {
    package func createFolder(_ path: String) throws(FileSystemError) { try base.createFolder(path) }
    package func createFile(_ path: String) throws(FileSystemError) -> OpenFile { try base.createFile(path) }
    package func write(_ bytes: ArraySlice<UInt8>, to file: OpenFile) throws(FileSystemError) {
        try base.write(bytes, to: file)
    }
    package func synchronize(_ file: OpenFile) throws(FileSystemError) { try base.synchronize(file) }
    package func close(_ file: OpenFile) throws(FileSystemError) { try base.close(file) }
    package func synchronizeFolder(_ path: String) throws(FileSystemError) { try base.synchronizeFolder(path) }
    package func rename(_ path: String, to destination: String) throws(FileSystemError) {
        try base.rename(path, to: destination)
    }
    package func remove(_ path: String) throws(FileSystemError) { try base.remove(path) }
    package func list(_ path: String) throws(FileSystemError) -> [String] { try base.list(path) }
    package func byteCount(_ path: String) throws(FileSystemError) -> Int { try base.byteCount(path) }
    package func read(_ path: String, byteCount: Int) throws(FileSystemError) -> [UInt8] {
        try base.read(path, byteCount: byteCount)
    }
}
