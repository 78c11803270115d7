import Processes

#if canImport(System)
    import Darwin
    import System
#else
    import Glibc
    import SystemPackage
#endif

/// The machine's own file system.
package struct POSIXFileSystem: FileSystem {
    /// The machine's own file system.
    package init() {}

    /// Creates a folder, with the permissions of the umask.
    package func createFolder(_ path: String) throws(FileSystemError) {
        try check(mkdir(path, 0o777), "create folder", path)
    }

    /// Creates a file, with the permissions of the umask, and opens it.
    package func createFile(_ path: String) throws(FileSystemError) -> OpenFile {
        let descriptor = try check(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666), "create", path)
        return OpenFile(descriptor: descriptor, path: path)
    }

    /// Appends the bytes, with several calls if one writes only a part.
    package func write(_ bytes: ArraySlice<UInt8>, to file: OpenFile) throws(FileSystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { systemWrite(file.descriptor, $0.baseAddress, $0.count) }
            rest = rest.dropFirst(try check(written, "write", file.path))
        }
    }

    /// Waits until the bytes are on the disk.
    package func synchronize(_ file: OpenFile) throws(FileSystemError) {
        do {
            try DiskSynchronization.synchronize(FileDescriptor(rawValue: file.descriptor))
        } catch {
            throw FileSystemError(operation: "synchronize", path: file.path, code: error.rawValue)
        }
    }

    /// Closes the file.
    package func close(_ file: OpenFile) throws(FileSystemError) {
        // Never repeated: Linux closes the descriptor even when interrupted, and its number may be in use again.
        if systemClose(file.descriptor) != 0 && errno != EINTR {
            throw FileSystemError(operation: "close", path: file.path, code: errno)
        }
    }

    /// Waits until the folder's entries are on the disk.
    package func synchronizeFolder(_ path: String) throws(FileSystemError) {
        do {
            try DiskSynchronization.synchronizeFolder(path)
        } catch {
            throw FileSystemError(operation: "synchronize folder", path: path, code: error.rawValue)
        }
    }

    /// Renames a file or folder in one step.
    package func rename(_ path: String, to destination: String) throws(FileSystemError) {
        try check(systemRename(path, destination), "rename", path)
    }

    /// Removes a file or an empty folder.
    package func remove(_ path: String) throws(FileSystemError) {
        try check(systemRemove(path), "remove", path)
    }

    /// Lists a folder.
    package func list(_ path: String) throws(FileSystemError) -> [String] {
        guard let folder = opendir(path) else {
            throw FileSystemError(operation: "list", path: path, code: errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(folder) {
            let capacity = MemoryLayout.size(ofValue: entry.pointee.d_name)
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: capacity) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw FileSystemError(operation: "list", path: path, code: errno) }
        return names
    }

    /// Measures a regular file.
    package func byteCount(_ path: String) throws(FileSystemError) -> Int {
        var status = stat()
        try check(stat(path, &status), "read", path)
        guard status.st_mode & S_IFMT == S_IFREG else {
            let code = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
            throw FileSystemError(operation: "read", path: path, code: code)
        }
        return Int(status.st_size)
    }

    /// Reads the beginning of a regular file.
    package func read(_ path: String, byteCount: Int) throws(FileSystemError) -> [UInt8] {
        // Opening a pipe without a writer would block without O_NONBLOCK; regular files ignore it.
        let descriptor = try check(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), "open", path)
        defer { _ = systemClose(descriptor) }
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            while count < byteCount {
                let found = systemRead(descriptor, buffer.baseAddress.map { $0 + count }, byteCount - count)
                if found < 0 && errno == EINTR { continue }
                if found < 0 { code = errno }
                if found <= 0 { return }
                count += found
            }
        }
        guard code == 0 else { throw FileSystemError(operation: "read", path: path, code: code) }
        return bytes
    }

    /// Repeats a call that was interrupted by a signal, and throws if it fails otherwise.
    @discardableResult
    private func check<Result: SignedInteger>(
        _ call: @autoclosure () -> Result,
        _ operation: String,
        _ path: String
    ) throws(FileSystemError) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw FileSystemError(operation: operation, path: path, code: errno) }
        }
    }
}

// The C functions, whose names are hidden by the protocol's methods.
private let systemWrite: @Sendable (Int32, UnsafeRawPointer?, Int) -> Int = { write($0, $1, $2) }
private let systemRead: @Sendable (Int32, UnsafeMutableRawPointer?, Int) -> Int = { read($0, $1, $2) }
private let systemClose: @Sendable (Int32) -> Int32 = { close($0) }
private let systemRename: @Sendable (String, String) -> Int32 = { rename($0, $1) }
private let systemRemove: @Sendable (String) -> Int32 = { remove($0) }
