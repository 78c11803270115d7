import Checkpoints
import Foundation
import Metrics

/// Where rank 0 puts what it has to tell of a run: the output for people, and the files of the run folder.
final class RunJournal {
    private let folder: RunFolder
    private let store: CheckpointStore
    private let reporter: ProgressReporter
    private let isStoppedByWriteFailures: Bool
    private var hasToldOfLostEvents = false

    /// - Parameters:
    ///   - folder: Receives events and summary.
    ///   - store: Knows whether another process has taken the folder over.
    ///   - reporter: Tells people.
    ///   - isStoppedByWriteFailures: Whether an event that can't be written ends the run.
    init(folder: RunFolder, store: CheckpointStore, reporter: ProgressReporter, isStoppedByWriteFailures: Bool) {
        self.folder = folder
        self.store = store
        self.reporter = reporter
        self.isStoppedByWriteFailures = isStoppedByWriteFailures
    }

    /// Seconds since 1970.
    var wallTime: Double { Date().timeIntervalSince1970 }

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

    /// Records something that stops nothing, but that the run's owner should know.
    func warn(_ message: String, atStep step: Int) throws {
        try record(.warning(WarningRecord(step: step, message: message, wallTime: wallTime)))
    }

    /// Writes the result.
    func end(with summary: RunSummary) throws {
        try requireFolder()
        try folder.write(summary)
        reporter.finish()
    }

    /// Prints a line.
    func tell(_ line: String) { reporter.tell(line) }

    /// Moves the progress bar.
    func show(_ status: ProgressReporter.Status) { reporter.show(status, atSeconds: wallTime) }

    private func requireFolder() throws(CheckpointError) {
        if let writer = store.newerWriter { throw .superseded(path: folder.path, writer: writer) }
    }
}
