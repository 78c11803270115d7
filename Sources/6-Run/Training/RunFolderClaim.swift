import Foundation
import Metrics

/// Rank 0's claim on a run's folder, so that two runs never write to one folder at a time.
///
/// A lock on the folder itself, which the system gives up with the process. A file system that knows no locks is trusted.
package final class RunFolderClaim {
    private let path: String
    private var descriptor: Int32 = -1

    /// Claims the folder, which is made where it is missing.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - patienceSeconds: How long another process, which may be about to end, is waited for.
    /// - Throws: `TrainingError.runFolder`, `TrainingError.runFolderInUse`.
    package init(path: String, patienceSeconds: Double) throws(TrainingError) {
        self.path = path
        let deadline = ContinuousClock.now + .seconds(patienceSeconds)
        // Where the one before removed its folder, the lock is on nothing and the next is taken.
        repeat {
            try Self.makeFolder(path)
            descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            while descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
                guard ContinuousClock.now < deadline else {
                    close(descriptor)
                    throw .runFolderInUse(path: path)
                }
                usleep(50_000)
            }
        } while wasRemoved()
    }

    private static func makeFolder(_ path: String) throws(TrainingError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            let isFile = access(path, F_OK) == 0 || errno == ENOTDIR
            throw .runFolder(path: path, reason: "can't be made: \(isFile ? "Not a directory" : error.reason)")
        }
    }

    /// Whether the open folder is no longer the one at the path; it is closed then.
    private func wasRemoved() -> Bool {
        var (opened, named) = (stat(), stat())
        guard descriptor >= 0, fstat(descriptor, &opened) == 0 else { return false }
        if stat(path, &named) == 0, named.st_ino == opened.st_ino, named.st_dev == opened.st_dev { return false }
        close(descriptor)
        return true
    }

    /// Gives the folder up, and removes it where nothing was written to it.
    package func release() {
        rmdir(path)
        if descriptor >= 0 { close(descriptor) }
    }
}
