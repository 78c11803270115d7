import Foundation
import Processes

/// Rank 0's claim on a run's folder, which prevents that two runs write to it at the same time.
///
/// A lock on the folder itself, which the system releases when the process ends. Without locks in the file system,
/// there is no protection.
package final class RunFolderClaim {
    private let path: String
    /// nil if the file system has no locks.
    private var lock: FileLock?

    /// Claims the folder, which is created if missing.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - patienceSeconds: How long to wait for another process, which may be about to end.
    ///   - onWait: Called each time that another process has the folder.
    /// - Throws: `TrainingError.runFolder`, `TrainingError.runFolderInUse`.
    package init(path: String, patienceSeconds: Double, onWait: () -> Void = {}) throws(TrainingError) {
        self.path = path
        let deadline = ContinuousClock.now + .seconds(patienceSeconds)
        // If the previous process has removed its folder, the lock is on a removed folder, so it is taken again.
        repeat {
            lock?.release()
            try Self.makeFolder(path)
            lock = try Self.takeLock(path, until: deadline, onWait: onWait)
        } while lock.map { !$0.isInPlace } ?? (access(path, F_OK) != 0)
    }

    private static func takeLock(
        _ path: String,
        until deadline: ContinuousClock.Instant,
        onWait: () -> Void
    ) throws(TrainingError) -> FileLock? {
        while true {
            do {
                if let taken = try FileLock.take(path) { return taken }
            } catch {
                // The file system has no locks, or the folder has just been removed.
                return nil
            }
            guard ContinuousClock.now < deadline else { throw .runFolderInUse(path: path) }
            onWait()
            usleep(50_000)
        }
    }

    private static func makeFolder(_ path: String) throws(TrainingError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            let isFile = access(path, F_OK) == 0 || errno == ENOTDIR
            throw .runFolder(path: path, reason: "can't be made: \(isFile ? "Not a directory" : error.systemReason)")
        }
    }

    /// Releases the folder, and removes it if it is empty.
    package func release() {
        rmdir(path)
        lock?.release()
        lock = nil
    }
}
