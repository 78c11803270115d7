#if canImport(System)
    import Darwin
    package import System
#else
    import Glibc
    package import SystemPackage
#endif

/// A lock that one process at a time holds, and with it every child that was given the descriptor.
///
/// The system releases it when the last of them has ended, whatever ended them. The file stays: removing it would let a
/// third process lock a new file while a second still waits for the old one.
package struct FileLock {
    package let descriptor: FileDescriptor

    /// Waits until the lock is free.
    ///
    /// - Parameters:
    ///   - path: The file to lock; made when it isn't there.
    ///   - onWait: Called once if another process holds the lock.
    /// - Returns: The lock, to be released with `release()`.
    /// - Throws: `Errno`, or `CancellationError` when the task is cancelled while it waits.
    package static func acquire(_ path: String, onWait: () -> Void) async throws -> FileLock {
        let descriptor = try FileDescriptor.open(
            FilePath(path),
            .readWrite,
            options: [.create, .closeOnExec],
            permissions: .ownerReadWrite
        )
        do {
            var hasWaited = false
            while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
                let reason = Errno(rawValue: errno)
                guard reason == .wouldBlock || reason == .interrupted else { throw reason }
                if !hasWaited { onWait() }
                hasWaited = true
                try await Task.sleep(for: .milliseconds(100))
            }
            return FileLock(descriptor: descriptor)
        } catch {
            try? descriptor.close()
            throw error
        }
    }

    package func release() {
        // Nothing was written through the descriptor, so there is nothing that closing could lose.
        try? descriptor.close()
    }
}
