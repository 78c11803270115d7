import Checkpoints
import Formatting
import Metrics
import ModelCheckpoints

/// Rank 0's checkpoints of a run: copied while training stands still, written while it goes on.
final class CheckpointKeeper {
    /// SHA-256 of the newest checkpoint's weights, in hexadecimal; nil until one is written.
    private(set) var weightsSHA256: String?
    private let contents: CheckpointContents
    private let store: CheckpointStore
    private let writer: BackgroundCheckpointWriter
    private let journal: RunJournal
    private let plan: RunPlan
    private let identity: RunIdentity
    private let numerics: [String: String]
    private let isStoppedByWriteFailures: Bool
    /// Why the newest checkpoint could not be written; nil where it was.
    private var lastWriteFailure: CheckpointError?
    private var lastSubmittedStep: Int?
    private var copiedSeconds = 0.0
    private var waitedSecondsReported = 0.0
    /// What was last said of old checkpoints that can't be removed.
    private var toldRemovalFailure: CheckpointError?
    private static let secondsBetweenWaitingNotices = 30.0

    /// - Parameters:
    ///   - contents: What is kept.
    ///   - store: Where.
    ///   - journal: Told of each checkpoint.
    ///   - run: The run.
    ///   - identity: Kept with each checkpoint.
    ///   - isStoppedByWriteFailures: Whether a checkpoint that can't be written ends the run.
    init(
        of contents: CheckpointContents,
        in store: CheckpointStore,
        journal: RunJournal,
        run: RunDescription,
        identity: RunIdentity,
        isStoppedByWriteFailures: Bool
    ) {
        self.contents = contents
        self.store = store
        self.journal = journal
        self.identity = identity
        self.isStoppedByWriteFailures = isStoppedByWriteFailures
        plan = run.plan
        numerics = run.environment.numerics
        writer = BackgroundCheckpointWriter(store: store)
    }

    /// How long training stood still for checkpoints: while they were copied, and while the one before was written.
    var waitedSeconds: Double { copiedSeconds + writer.waitedSeconds }

    /// Hands the replica's state over to be written in the background, once for each step.
    ///
    /// - Parameters:
    ///   - progress: Where the run stands.
    ///   - metric: The accuracy of these weights in evaluation; nil where it wasn't measured.
    /// - Throws: `CheckpointError`, `MetricsError` of the checkpoint before.
    func keep(_ progress: TrainingProgress, metric: Double?) throws {
        guard lastSubmittedStep != progress.step else { return }
        lastSubmittedStep = progress.step
        let stopwatch = Stopwatch()
        let snapshot = CheckpointSnapshot(
            step: progress.step,
            epoch: progress.step / plan.stepsPerEpoch,
            model: contents.model,
            state: contents.state,
            counters: progress.counters.merging(identity.counters) { $1 },
            environment: numerics,
            metric: metric
        )
        copiedSeconds += stopwatch.seconds
        writer.submit(snapshot)
        try takeIn(writer.poll())
    }

    /// Waits for the write in flight, and tells from time to time that training stands still.
    func wait() {
        writer.waitUntilIdle(tellingEvery: Self.secondsBetweenWaitingNotices) { [journal] seconds in
            journal.tell("waiting for a checkpoint to be written: \(Format.clock(seconds)) so far")
        }
    }

    /// Waits for the write in flight.
    ///
    /// - Returns: The folder of the newest whole checkpoint, for a message; nil where there is none.
    func waitForNewest() -> String? {
        wait()
        return (try? store.newest())?.path
    }

    /// Waits for the run's last checkpoint, without which its work would be lost.
    func finish() throws {
        try takeIn(writer.finish())
        if let lastWriteFailure { throw lastWriteFailure }
    }

    private func takeIn(_ outcomes: [BackgroundCheckpointWriter.Outcome]) throws {
        for outcome in outcomes {
            switch outcome {
            case .success(let written):
                lastWriteFailure = nil
                weightsSHA256 = written.weightsSHA256
                try record(written)
                try tell(removalFailure: written.removalFailure, step: written.step)
            case .failure(let error):
                if case .superseded = error { throw error }
                guard !isStoppedByWriteFailures else { throw error }
                lastWriteFailure = error
                try journal.warn(
                    "no checkpoint was written: \(error); training goes on",
                    atStep: lastSubmittedStep ?? 0
                )
            }
        }
    }

    private func record(_ written: WrittenCheckpoint) throws {
        let waited = waitedSeconds
        defer { waitedSecondsReported = waited }
        try journal.record(
            .checkpoint(
                CheckpointRecord(
                    step: written.step,
                    epoch: plan.epoch(ofStep: written.step),
                    name: written.folder,
                    waitSeconds: waited - waitedSecondsReported,
                    wallTime: journal.wallTime
                )
            )
        )
    }

    /// Warns of old checkpoints that stay, once for each reason.
    private func tell(removalFailure: CheckpointError?, step: Int) throws {
        defer { toldRemovalFailure = removalFailure }
        guard let removalFailure, removalFailure != toldRemovalFailure else { return }
        try journal.warn(
            "an old checkpoint can't be removed, so they will fill the disk: \(removalFailure)",
            atStep: step
        )
    }
}
