#if canImport(System)
    import System
#else
    import SystemPackage
    import Glibc
#endif

/// Reads whole picture files.
package enum ImageFile {
    /// The length of the longest file that is read; no encoded picture is longer.
    package static let maximumByteCount = 1 << 29

    /// Reads a whole file.
    ///
    /// - Parameter path: The file. A pipe or device is an error, not waited for.
    /// - Returns: Its bytes.
    /// - Throws: `ImageFileError.unreadable`, or `changed` if its length changed while it was read.
    package static func read(_ path: String) throws(ImageFileError) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.nonBlocking, .closeOnExec])
            return try file.closeAfter { try read(file, path: path) }
        } catch let error as ImageFileError {
            throw error
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    private static func read(_ file: FileDescriptor, path: String) throws -> [UInt8] {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ImageFileError.unreadable(path: path, reason: "not a regular file")
        }
        let size = Int(status.st_size)
        guard size <= maximumByteCount else {
            throw ImageFileError.unreadable(
                path: path,
                reason: "\(size) bytes long, at most \(maximumByteCount) are read"
            )
        }
        let bytes = try [UInt8](unsafeUninitializedCapacity: size + 1) { memory, count in
            while count < memory.count {
                let rest = UnsafeMutableBufferPointer(rebasing: memory[count...])
                let arrivedCount = try file.read(into: UnsafeMutableRawBufferPointer(rest))
                if arrivedCount == 0 { break }
                count += arrivedCount
            }
        }
        guard bytes.count == size else { throw ImageFileError.changed(path: path) }
        return bytes
    }
}
