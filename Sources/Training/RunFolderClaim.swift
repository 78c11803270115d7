import Foundation
import Metrics

/// Rank 0's claim on a run's folder, so that two runs never write to one folder at a time.
///
/// A lock on the folder itself, which the system gives up with the process. A file system that knows no locks is trusted.
package final class RunFolderClaim {
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
            throw .runFolder(path: path, reason: "can't be made: \(error.reason)")
        }
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

    /// Gives the folder up.
    package func release() {
        if descriptor >= 0 { close(descriptor) }
    }
}
