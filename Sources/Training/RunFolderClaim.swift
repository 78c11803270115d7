import Foundation
import Metrics

/// Rank 0's claim on a run's folder, so that two runs never write to one folder at a time.
///
/// A lock on the folder itself, which the system gives up with the process. A file system that knows no locks is trusted.
package final class RunFolderClaim {
    private let path: String
    private let descriptor: Int32

    /// Claims the folder, which is made where it is missing.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - patienceSeconds: How long another process, which may be about to end, is waited for.
    /// - Throws: `TrainingError.runFolder`, `TrainingError.runFolderInUse`.
    package init(path: String, patienceSeconds: Double) throws(TrainingError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            let isFile = access(path, F_OK) == 0 || errno == ENOTDIR
            throw .runFolder(path: path, reason: "can't be made: \(isFile ? "Not a directory" : error.reason)")
        }
        self.path = path
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let deadline = ContinuousClock.now + .seconds(patienceSeconds)
        while descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            guard ContinuousClock.now < deadline else {
                close(descriptor)
                throw .runFolderInUse(path: path)
            }
            usleep(50_000)
        }
    }

    /// Gives the folder up, and removes it where nothing was written to it.
    package func release() {
        rmdir(path)
        if descriptor >= 0 { close(descriptor) }
    }
}
