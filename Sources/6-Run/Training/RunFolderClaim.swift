import Foundation
import Processes

/// Rank 0's claim on a run's folder, so that two runs never write to one folder at a time.
///
/// A lock on the folder itself, which the system gives up with the process. A file system that knows no locks is trusted.
package final class RunFolderClaim {
    private let path: String
    /// nil where the file system knows no locks.
    private var lock: FileLock?

    /// Claims the folder, which is made where it is missing.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - patienceSeconds: How long another process, which may be about to end, is waited for.
    ///   - onWait: Called each time that another process has the folder.
    /// - Throws: `TrainingError.runFolder`, `TrainingError.runFolderInUse`.
    package init(path: String, patienceSeconds: Double, onWait: () -> Void = {}) throws(TrainingError) {
        self.path = path
        let deadline = ContinuousClock.now + .seconds(patienceSeconds)
        // Where the one before removed its folder, the lock is on nothing and the next is taken.
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
                // A file system without locks, or a folder that was just removed.
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

    /// Gives the folder up, and removes it where nothing was written to it.
    package func release() {
        rmdir(path)
        lock?.release()
        lock = nil
    }
}
