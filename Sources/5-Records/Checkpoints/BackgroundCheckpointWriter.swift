import Dispatch
import Synchronization

/// Writes checkpoints on a thread of its own while training goes on.
///
/// At most one write is in flight: a second submission waits for the first, and the time that the caller spent waiting
/// is added up. Called from one thread.
public final class BackgroundCheckpointWriter: Sendable {
    /// What became of one submission.
    public typealias Outcome = Result<WrittenCheckpoint, CheckpointError>

    private struct Progress {
        var outcomes: [Outcome] = []
        var waited = Duration.zero
    }

    private let store: CheckpointStore
    private let queue = DispatchQueue(label: "checkpoint writer", qos: .utility)
    private let inFlight = DispatchGroup()
    private let progress = Mutex(Progress())

    /// Starts a writer; its thread runs only while there is something to write.
    ///
    /// - Parameter store: Where the checkpoints go.
    public init(store: CheckpointStore) {
        self.store = store
    }

    /// Hands over a snapshot to be written, after waiting for the one before.
    ///
    /// - Parameter snapshot: What to keep: a copy that training no longer touches.
    public func submit(_ snapshot: CheckpointSnapshot) {
        waitUntilIdle()
        queue.async(group: inFlight) { [self] in
            let outcome = Outcome { () throws(CheckpointError) in try store.write(snapshot) }
            progress.withLock { $0.outcomes.append(outcome) }
        }
    }

    /// Takes the outcomes of the writes that ended since the last call, without waiting.
    ///
    /// - Returns: The outcomes in the order of submission.
    public func poll() -> [Outcome] {
        progress.withLock { progress in
            defer { progress.outcomes = [] }
            return progress.outcomes
        }
    }

    /// Waits for the write in flight, and takes the outcomes since the last call.
    ///
    /// - Returns: The outcomes in the order of submission.
    public func finish() -> [Outcome] {
        waitUntilIdle()
        return poll()
    }

    /// How long the caller waited altogether, in seconds.
    public var waitedSeconds: Double {
        let waited = progress.withLock(\.waited)
        return Double(waited.components.seconds) + Double(waited.components.attoseconds) * 1e-18
    }

    /// Waits for the write in flight.
    ///
    /// - Parameters:
    ///   - seconds: After how long `tell` is called, again and again; by default never.
    ///   - tell: Told how many seconds the wait has lasted.
    public func waitUntilIdle(tellingEvery seconds: Double = .infinity, _ tell: (_ seconds: Double) -> Void = { _ in })
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
