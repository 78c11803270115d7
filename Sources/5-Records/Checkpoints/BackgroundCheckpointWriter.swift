import Dispatch
import Synchronization

/// Writes checkpoints on a separate thread while training continues.
///
/// At most one write is in progress: a second submission waits for the first, and the waiting time is added up. Called
/// from one thread.
package final class BackgroundCheckpointWriter: Sendable {
    /// The result of one submission.
    package typealias Outcome = Result<WrittenCheckpoint, CheckpointError>

    private struct Progress {
        var outcomes: [Outcome] = []
        var waited = Duration.zero
    }

    private let store: CheckpointStore
    private let queue = DispatchQueue(label: "checkpoint writer", qos: .utility)
    private let inFlight = DispatchGroup()
    private let progress = Mutex(Progress())

    /// Creates a writer; its thread only runs while there is something to write.
    ///
    /// - Parameter store: The store for the checkpoints.
    package init(store: CheckpointStore) {
        self.store = store
    }

    /// Submits a snapshot for writing, after waiting for the previous one.
    ///
    /// - Parameter snapshot: A copy that training no longer changes.
    package func submit(_ snapshot: CheckpointSnapshot) {
        waitUntilIdle()
        queue.async(group: inFlight) { [self] in
            let outcome = Outcome { () throws(CheckpointError) in try store.write(snapshot) }
            progress.withLock { $0.outcomes.append(outcome) }
        }
    }

    /// Takes the results of the writes that ended since the last call, without waiting.
    ///
    /// - Returns: The results in the order of submission.
    package func poll() -> [Outcome] {
        progress.withLock { progress in
            defer { progress.outcomes = [] }
            return progress.outcomes
        }
    }

    /// Waits for the write in progress, and takes the results since the last call.
    ///
    /// - Returns: The results in the order of submission.
    package func finish() -> [Outcome] {
        waitUntilIdle()
        return poll()
    }

    /// How long the caller waited in total, in seconds.
    package var waitedSeconds: Double {
        let waited = progress.withLock(\.waited)
        return Double(waited.components.seconds) + Double(waited.components.attoseconds) * 1e-18
    }

    /// Waits for the write in progress.
    ///
    /// - Parameters:
    ///   - seconds: The interval between calls of `tell`; by default it is never called.
    ///   - tell: Called with the seconds that the wait has lasted.
    package func waitUntilIdle(tellingEvery seconds: Double = .infinity, _ tell: (_ seconds: Double) -> Void = { _ in })
    {
        let start = ContinuousClock.now
        var isIdle = false
        while !isIdle {
            isIdle = inFlight.wait(timeout: seconds.isFinite ? .now() + seconds : .distantFuture) == .success
            if !isIdle { tell((ContinuousClock.now - start) / .seconds(1)) }
        }
        progress.withLock { $0.waited += ContinuousClock.now - start }
    }
}
