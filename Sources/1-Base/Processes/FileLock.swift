#if canImport(System)
    import Darwin
    package import System
#else
    import Glibc
    package import SystemPackage
#endif

/// A lock on a file or folder, held by this process and by every child that inherited the descriptor.
///
/// The system releases it when the last of them has ended, however it ended. The file is never removed: otherwise a
/// third process could lock a new file while a second one still waits for the old one.
package struct FileLock: Sendable {
    /// Whether other processes may hold the lock at the same time.
    package enum Mode: Sendable {
        /// Others may hold it in the same mode.
        case shared
        /// No other process may hold it.
        case exclusive
    }

    package let descriptor: FileDescriptor
    private let path: String

    /// Takes the lock if it is free.
    ///
    /// - Parameters:
    ///   - path: A file or a folder.
    ///   - mode: Whether others may hold it at the same time.
    ///   - makesFile: Whether to create a missing file.
    /// - Returns: The lock, to be released with `release()`; nil if another process holds it.
    /// - Throws: `Errno`, also when the file system has no locks.
    package static func take(
        _ path: String,
        _ mode: Mode = .exclusive,
        makesFile: Bool = false
    ) throws(Errno) -> FileLock? {
        let lock = FileLock(descriptor: try open(path, makesFile: makesFile), path: path)
        do {
            if try take(lock.descriptor, mode) { return lock }
        } catch {
            lock.release()
            throw error
        }
        lock.release()
        return nil
    }

    /// Takes the lock of an open file if it is free, until the file is closed.
    ///
    /// - Parameters:
    ///   - file: The open file.
    ///   - mode: Whether others may hold it at the same time.
    /// - Returns: Whether this process has the lock; otherwise another one holds it.
    /// - Throws: `Errno`, also when the file system has no locks.
    @discardableResult
    package static func take(_ file: FileDescriptor, _ mode: Mode = .exclusive) throws(Errno) -> Bool {
        do {
            try request((mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB, of: file)
            return true
        } catch Errno.wouldBlock {
            return false
        }
    }

    /// Blocks the thread until the lock is free.
    ///
    /// - Parameter path: A folder, or a file, which is created if missing.
    /// - Returns: The lock, to be released with `release()`.
    /// - Throws: `Errno`, also when the file system has no locks.
    package static func wait(_ path: String) throws(Errno) -> FileLock {
        let lock = FileLock(descriptor: try open(path, makesFile: true), path: path)
        do {
            try request(LOCK_EX, of: lock.descriptor)
        } catch {
            lock.release()
            throw error
        }
        return lock
    }

    /// Waits until the lock is free, without blocking the thread.
    ///
    /// - Parameters:
    ///   - path: A folder, or a file, which is created if missing.
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

    /// Whether the locked file or folder is still at its path: another process may have removed it and created another
    /// one.
    package var isInPlace: Bool {
        var (opened, named) = (stat(), stat())
        guard fstat(descriptor.rawValue, &opened) == 0, stat(path, &named) == 0 else { return false }
        return named.st_ino == opened.st_ino && named.st_dev == opened.st_dev
    }

    package func release() {
        // Nothing was written through the descriptor, so closing it can't lose anything.
        try? descriptor.close()
    }

    private static func request(_ operation: Int32, of file: FileDescriptor) throws(Errno) {
        while flock(file.rawValue, operation) != 0 {
            let reason = Errno(rawValue: errno)
            if reason != .interrupted { throw reason }
        }
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
