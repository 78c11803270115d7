import Checkpoints
import Configuration
import Formatting
import Foundation
import Metrics
import ModelCheckpoints

/// Rank 0's part of a run: it tells people how the run goes, and writes all that is kept of it.
final class Coordinator {
    /// How long the run is.
    let plan: RunPlan
    private let environment: RunEnvironment
    private let folder: RunFolder
    private let contents: CheckpointContents
    private let store: CheckpointStore
    private let writer: BackgroundCheckpointWriter
    private let reporter: ProgressReporter
    private let counters: [String: String]
    private let isStoppedByWriteFailures: Bool
    private var hasToldOfLostEvents = false
    /// Why the newest checkpoint could not be written; nil where it was.
    private var lastWriteFailure: CheckpointError?
    private var weightsSHA256: String?
    private var lastSubmittedStep: Int?
    private var copiedSeconds = 0.0
    private var waitedSecondsReported = 0.0
    /// What was last said of old checkpoints that can't be removed.
    private var toldRemovalFailure: CheckpointError?
    private static let secondsBetweenWaitingNotices = 30.0

    init(
        configuration: Configuration,
        environment: RunEnvironment,
        folder: RunFolder,
        store: CheckpointStore,
        contents: CheckpointContents,
        detail: ProgressDetail,
        plan: RunPlan,
        counters: [String: String]
    ) {
        self.plan = plan
        isStoppedByWriteFailures = configuration.checkpoint.onWriteFailure == .stop
        self.environment = environment
        self.folder = folder
        self.store = store
        self.contents = contents
        self.counters = counters
        writer = BackgroundCheckpointWriter(store: store)
        reporter = ProgressReporter(plan: plan, detail: detail)
    }

    /// Adds an event to the run's files and, where people want to know of it, to the output.
    ///
    /// - Throws: `MetricsError`; `CheckpointError.superseded` where another process has taken the folder over.
    func record(_ event: RunEvent) throws {
        try requireFolder()
        reporter.report(event)
        do throws(MetricsError) {
            try folder.record(event)
        } catch {
            guard !isStoppedByWriteFailures else { throw error }
            // Once is enough: the next events will fail as well.
            if !hasToldOfLostEvents { reporter.warn("events are lost: \(error); training goes on") }
            hasToldOfLostEvents = true
        }
    }

    private func requireFolder() throws(CheckpointError) {
        if let writer = store.newerWriter { throw .superseded(path: folder.path, writer: writer) }
    }

    /// Prints a line.
    func print(_ line: String) { reporter.tell(line) }

    /// Moves the progress bar.
    func show(_ status: ProgressReporter.Status, atSeconds seconds: Double) {
        reporter.show(status, atSeconds: seconds)
    }

    /// Hands the replica's state over to be written in the background.
    func writeCheckpoint(_ progress: TrainingProgress, epoch: Int, metric: Double?) throws {
        guard lastSubmittedStep != progress.step else { return }
        lastSubmittedStep = progress.step
        var stopwatch = Stopwatch()
        let snapshot = CheckpointSnapshot(
            step: progress.step,
            epoch: epoch,
            model: contents.model,
            state: contents.state,
            counters: progress.counters.merging(counters) { $1 },
            environment: environment.numerics,
            metric: metric
        )
        copiedSeconds += stopwatch.lap()
        writer.submit(snapshot)
        try takeIn(writer.poll())
    }

    /// Waits for the run's last checkpoint, without which its work would be lost.
    func finishCheckpoints() throws {
        try takeIn(writer.finish())
        if let lastWriteFailure { throw lastWriteFailure }
    }

    /// Writes the result.
    func finish(_ summary: RunSummary) throws {
        try requireFolder()
        var summary = summary
        summary.weightsSha256 = weightsSHA256
        summary.checkpointWaitSeconds = waitedSeconds
        try folder.write(summary)
        reporter.finish()
    }

    /// How long training stood still for checkpoints: while they were copied, and while the one before was written.
    private var waitedSeconds: Double { copiedSeconds + writer.waitedSeconds }

    /// Waits for the write in flight, and tells from time to time that training stands still.
    func waitForCheckpoints() {
        writer.waitUntilIdle(tellingEvery: Self.secondsBetweenWaitingNotices) { [self] seconds in
            reporter.tell("waiting for a checkpoint to be written: \(Format.clock(seconds)) so far")
        }
    }

    /// Waits for the write in flight, and gives the folder of the newest whole checkpoint, for a message.
    func waitForNewestCheckpoint() -> String? {
        waitForCheckpoints()
        return (try? store.newest())?.path
    }

    private func takeIn(_ outcomes: [BackgroundCheckpointWriter.Outcome]) throws {
        for outcome in outcomes {
            let wallTime = Date().timeIntervalSince1970
            switch outcome {
            case .success(let written):
                weightsSHA256 = written.weightsSHA256
                lastWriteFailure = nil
                let waited = waitedSeconds
                try record(
                    .checkpoint(
                        CheckpointRecord(
                            step: written.step,
                            epoch: plan.epoch(ofStep: written.step),
                            name: written.folder,
                            waitSeconds: waited - waitedSecondsReported,
                            wallTime: wallTime
                        )
                    )
                )
                waitedSecondsReported = waited
                try tell(removalFailure: written.removalFailure, step: written.step)
            case .failure(let error):
                if case .superseded = error { throw error }
                guard !isStoppedByWriteFailures else { throw error }
                lastWriteFailure = error
                let message = "no checkpoint was written: \(error); training goes on"
                try record(.warning(WarningRecord(step: lastSubmittedStep ?? 0, message: message, wallTime: wallTime)))
            }
        }
    }

    /// Warns of old checkpoints that stay, once for each reason.
    private func tell(removalFailure: CheckpointError?, step: Int) throws {
        defer { toldRemovalFailure = removalFailure }
        guard let removalFailure, removalFailure != toldRemovalFailure else { return }
        let message = "an old checkpoint can't be removed, so they will fill the disk: \(removalFailure)"
        try record(.warning(WarningRecord(step: step, message: message, wallTime: Date().timeIntervalSince1970)))
    }
}
