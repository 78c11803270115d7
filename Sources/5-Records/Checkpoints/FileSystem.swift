#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The file-system calls of checkpoints: few, so that a test can fail or kill at each of them.
package protocol FileSystem: Sendable {
    /// Creates a folder inside an existing one.
    ///
    /// - Parameter path: The new folder.
    /// - Throws: ``FileSystemError``, also when the path exists.
    func createFolder(_ path: String) throws(FileSystemError)

    /// Creates an empty file and opens it for writing.
    ///
    /// - Parameter path: The new file.
    /// - Returns: The open file, which the caller closes.
    /// - Throws: ``FileSystemError``, also when the path exists.
    func createFile(_ path: String) throws(FileSystemError) -> OpenFile

    /// Appends bytes to an open file, all of them or with an error.
    ///
    /// - Parameters:
    ///   - bytes: What to append.
    ///   - file: A file from ``createFile(_:)``.
    /// - Throws: ``FileSystemError``.
    func write(_ bytes: ArraySlice<UInt8>, to file: OpenFile) throws(FileSystemError)

    /// Waits until an open file's bytes are on the disk.
    ///
    /// - Parameter file: A file from ``createFile(_:)``.
    /// - Throws: ``FileSystemError``.
    func synchronize(_ file: OpenFile) throws(FileSystemError)

    /// Closes a file.
    ///
    /// - Parameter file: A file from ``createFile(_:)``; no longer valid afterwards, whether or not closing succeeds.
    /// - Throws: ``FileSystemError``.
    func close(_ file: OpenFile) throws(FileSystemError)

    /// Waits until a folder's entries (what was created, renamed and removed in it) are on the disk.
    ///
    /// - Parameter path: The folder.
    /// - Throws: ``FileSystemError``.
    func synchronizeFolder(_ path: String) throws(FileSystemError)

    /// Renames a file or folder in one step; a file or empty folder in the way is replaced.
    ///
    /// - Parameters:
    ///   - path: What to rename.
    ///   - destination: The new path.
    /// - Throws: ``FileSystemError``.
    func rename(_ path: String, to destination: String) throws(FileSystemError)

    /// Removes a file or an empty folder.
    ///
    /// - Parameter path: What to remove.
    /// - Throws: ``FileSystemError``.
    func remove(_ path: String) throws(FileSystemError)

    /// Lists a folder.
    ///
    /// - Parameter path: The folder.
    /// - Returns: The names in it, in no particular order.
    /// - Throws: ``FileSystemError``; its code is `ENOTDIR` for a file.
    func list(_ path: String) throws(FileSystemError) -> [String]

    /// The length of a file.
    ///
    /// - Parameter path: A regular file.
    /// - Returns: Its length in bytes.
    /// - Throws: ``FileSystemError``, also when the path is no regular file.
    func byteCount(_ path: String) throws(FileSystemError) -> Int

    /// Reads the beginning of a file.
    ///
    /// - Parameters:
    ///   - path: A regular file.
    ///   - byteCount: The largest number of bytes to read.
    /// - Returns: The bytes; fewer if the file is shorter.
    /// - Throws: ``FileSystemError``.
    func read(_ path: String, byteCount: Int) throws(FileSystemError) -> [UInt8]
}

/// A file that is being written.
package struct OpenFile: Hashable, Sendable {
    /// The number of the file in its file system.
    package let descriptor: Int32
    /// Where it is, for messages.
    package let path: String

    /// An open file.
    package init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }
}

/// A file-system call that failed.
package struct FileSystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The operation, as a verb.
    package let operation: String
    /// The file or folder.
    package let path: String
    /// The operating system's error number.
    package let code: Int32

    /// A failed call.
    package init(operation: String, path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// The path, the operation and the operating system's description.
    package var description: String { "\(path): cannot \(operation): \(String(cString: strerror(code)))" }
}
