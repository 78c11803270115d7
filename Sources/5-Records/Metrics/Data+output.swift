package import Foundation

extension Data {
    /// Writes a file that the user has named, completely or not at all.
    ///
    /// What is no regular file, such as `/dev/stdout` or a named pipe, is written to, not replaced.
    ///
    /// - Parameter path: The file.
    /// - Throws: Foundation's error.
    package func write(toOutput path: String) throws {
        var status = stat()
        let exists = stat(path, &status) == 0
        guard exists, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else {
            return try write(to: URL(fileURLWithPath: path), options: .atomic)
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.write(contentsOf: self)
        try handle.close()
    }
}
