#if canImport(System)
    import Darwin
    package import System
#else
    import Glibc
    package import SystemPackage
#endif

/// Waiting until changes are on the disk, so that they survive a power failure.
package enum DiskSynchronization {
    /// Waits until a file's bytes are on the disk.
    ///
    /// - Parameter file: The open file.
    /// - Throws: `Errno`.
    package static func synchronize(_ file: FileDescriptor) throws(Errno) {
        #if canImport(Darwin)
            // There, fsync may leave the bytes in the drive's cache.
            if fcntl(file.rawValue, F_FULLFSYNC) == 0 { return }
        #endif
        while fsync(file.rawValue) != 0 {
            let reason = Errno(rawValue: errno)
            if reason != .interrupted { throw reason }
        }
    }

    /// Waits until a folder's entries are on the disk.
    ///
    /// - Parameter path: The folder; empty for the current one.
    /// - Throws: `Errno`.
    package static func synchronizeFolder(_ path: String) throws(Errno) {
        do {
            let options: FileDescriptor.OpenOptions = [.directory, .closeOnExec]
            let folder = try FileDescriptor.open(FilePath(path.isEmpty ? "." : path), .readOnly, options: options)
            try folder.closeAfter {
                do {
                    try synchronize(folder)
                } catch Errno.invalidArgument {
                    // Some network file systems can't synchronize a folder; their renames go to the server immediately.
                }
            }
        } catch {
            throw error as? Errno ?? .ioError
        }
    }
}
