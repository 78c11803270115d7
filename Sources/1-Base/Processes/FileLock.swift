#if canImport(System)
    import Darwin
    package import System
#else
    import Glibc
    package import SystemPackage
#endif

/// A lock on a file or folder, held by this process and by every child that was given the descriptor.
///
/// The system releases it when the last of them has ended, whatever ended them. A file stays: removing it would let a
/// third process lock a new file while a second still waits for the old one.
package struct FileLock: Sendable {
    /// Whether others may hold the lock, too.
    package enum Mode: Sendable {
        /// Others may, in the same mode.
        case shared
        /// Nobody else may.
        case exclusive
    }

    package let descriptor: FileDescriptor
    private let path: String

    /// Takes the lock if it is free.
    ///
    /// - Parameters:
    ///   - path: A file or a folder.
    ///   - mode: Whether others may hold it, too.
    ///   - makesFile: Whether a file is made where nothing lies.
    /// - Returns: The lock, to be released with `release()`; nil while another process holds it.
    /// - Throws: `Errno`, also where the file system knows no locks.
    package static func take(
        _ path: String,
        _ mode: Mode = .exclusive,
        makesFile: Bool = false
    ) throws(Errno) -> FileLock? {
        let lock = FileLock(descriptor: try open(path, makesFile: makesFile), path: path)
        while flock(lock.descriptor.rawValue, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
            let reason = Errno(rawValue: errno)
            if reason == .interrupted { continue }
            lock.release()
            guard reason == .wouldBlock else { throw reason }
            return nil
        }
        return lock
    }

    /// Waits until the lock is free.
    ///
    /// - Parameters:
    ///   - path: A file, which is made where nothing lies, or a folder.
    ///   - onWait: Called once if another process holds the lock.
    /// - Returns: The lock, to be released with `release()`.
    /// - Throws: `Errno`, or `CancellationError` when the task is cancelled while it waits.
    package static func acquire(_ path: String, onWait: () -> Void) async throws -> FileLock {
        var hasWaited = false
        while true {
            if let lock = try take(path, makesFile: true) { return lock }
            if !hasWaited { onWait() }
            hasWaited = true
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Whether what is locked still lies at its path: somebody may have removed it, and made another.
    package var isInPlace: Bool {
        var (opened, named) = (stat(), stat())
        guard fstat(descriptor.rawValue, &opened) == 0, stat(path, &named) == 0 else { return false }
        return named.st_ino == opened.st_ino && named.st_dev == opened.st_dev
    }

    package func release() {
        // Nothing was written through the descriptor, so there is nothing that closing could lose.
        try? descriptor.close()
    }

    private static func open(_ path: String, makesFile: Bool) throws(Errno) -> FileDescriptor {
        do {
            do {
                return try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
            } catch Errno.notDirectory, Errno.noSuchFileOrDirectory {
                let options: FileDescriptor.OpenOptions = makesFile ? [.create, .closeOnExec] : [.closeOnExec]
                return try .open(path, .readWrite, options: options, permissions: .ownerReadWrite)
            }
        } catch {
            throw error as? Errno ?? .ioError
        }
    }
}
