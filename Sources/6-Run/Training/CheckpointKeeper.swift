import Checkpoints
import Formatting
import Metrics
import ModelCheckpoints

/// Rank 0's checkpoints of a run.
///
/// Training pauses while a checkpoint is copied, and goes on while it is written.
final class CheckpointKeeper {
    /// SHA-256 of the newest checkpoint's weights, in hexadecimal; nil until one is written.
    private(set) var weightsSHA256: String?
    private let contents: CheckpointContents
    private let store: CheckpointStore
    private let writer: BackgroundCheckpointWriter
    private let journal: RunJournal
    private let plan: RunPlan
    /// Texts that each checkpoint has.
    private let counters: [String: String]
    private let numerics: [String: String]
    private let isStoppedByWriteFailures: Bool
    /// Why the newest checkpoint could not be written; nil if it was.
    private var lastWriteFailure: CheckpointError?
    private var lastSubmittedStep: Int?
    private var copiedSeconds = 0.0
    private var waitedSecondsReported = 0.0
    /// The last warning about old checkpoints that can't be removed.
    private var toldRemovalFailure: CheckpointError?
    private static let secondsBetweenWaitingNotices = 30.0

    /// - Parameters:
    ///   - contents: The tensors to be saved.
    ///   - store: Writes the checkpoints.
    ///   - journal: Receives an event for each checkpoint.
    ///   - run: The run.
    ///   - identity: Saved with each checkpoint.
    ///   - isStoppedByWriteFailures: Whether a failure to write a checkpoint ends the run.
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
        counters = identity.savedCounters.merging(run.origin?.counters ?? [:]) { $1 }
        self.isStoppedByWriteFailures = isStoppedByWriteFailures
        plan = run.plan
        numerics = run.environment.numerics
        writer = BackgroundCheckpointWriter(store: store)
    }

    /// How long training paused for checkpoints: while they were copied, and while the previous one was being written.
    var waitedSeconds: Double { copiedSeconds + writer.waitedSeconds }

    /// Starts writing the replica's state in the background, once for each step.
    ///
    /// - Parameters:
    ///   - progress: The run's progress.
    ///   - metric: The accuracy of these weights; nil if it wasn't measured.
    /// - Throws: `CheckpointError`, `MetricsError` of the previous checkpoint.
    func keep(_ progress: TrainingProgress, metric: Double?) throws {
        guard lastSubmittedStep != progress.step else { return }
        lastSubmittedStep = progress.step
        let stopwatch = Stopwatch()
        let snapshot = CheckpointSnapshot(
            step: progress.step,
            epoch: progress.step / plan.stepsPerEpoch,
            model: contents.model,
            state: contents.state,
            counters: progress.counters.merging(counters) { $1 },
            environment: numerics,
            metric: metric
        )
        copiedSeconds += stopwatch.seconds
        writer.submit(snapshot)
        try takeIn(writer.poll())
    }

    /// Waits for the checkpoint that is being written, and from time to time prints that training pauses for it.
    func wait() {
        writer.waitUntilIdle(tellingEvery: Self.secondsBetweenWaitingNotices) { [journal] seconds in
            journal.tell("waiting for a checkpoint to be written: \(Format.clock(seconds)) so far")
        }
    }

    /// Waits for the checkpoint that is being written.
    ///
    /// - Returns: The folder of the newest complete checkpoint, for a message; nil if there is none.
    func waitForNewest() -> String? {
        wait()
        return (try? store.newest())?.path
    }

    /// Waits for the run's last checkpoint; an error must not be ignored, since the run's result would be lost.
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

    /// Warns about old checkpoints that can't be removed, once for each reason.
    private func tell(removalFailure: CheckpointError?, step: Int) throws {
        defer { toldRemovalFailure = removalFailure }
        guard let removalFailure, removalFailure != toldRemovalFailure else { return }
        try journal.warn(
            "an old checkpoint can't be removed, so they will fill the disk: \(removalFailure)",
            atStep: step
        )
    }
}
