import Checkpoints
import Foundation
import Metrics

/// The output of rank 0 about a run: messages for the user, and the files of the run folder.
final class RunJournal {
    private let folder: RunFolder
    private let store: CheckpointStore
    private let reporter: ProgressReporter
    private let isStoppedByWriteFailures: Bool
    private var hasToldOfLostEvents = false

    /// - Parameters:
    ///   - folder: Receives events and summary.
    ///   - store: Finds out whether another process has taken over the folder.
    ///   - reporter: Prints messages.
    ///   - isStoppedByWriteFailures: Whether a failure to write an event ends the run.
    init(folder: RunFolder, store: CheckpointStore, reporter: ProgressReporter, isStoppedByWriteFailures: Bool) {
        self.folder = folder
        self.store = store
        self.reporter = reporter
        self.isStoppedByWriteFailures = isStoppedByWriteFailures
    }

    /// The time in seconds since 1970.
    var wallTime: Double { Date().timeIntervalSince1970 }

    /// Appends an event to the run's files, and prints it if it is of interest to the user.
    ///
    /// - Throws: `MetricsError`; `CheckpointError.superseded` if another process has taken over the folder.
    func record(_ event: RunEvent) throws {
        try requireFolder()
        reporter.report(event)
        do throws(MetricsError) {
            try folder.record(event)
        } catch {
            guard !isStoppedByWriteFailures else { throw error }
            // Once is enough: the next events will fail, too.
            if !hasToldOfLostEvents { reporter.warn("events are lost: \(error); training goes on") }
            hasToldOfLostEvents = true
        }
    }

    /// Records and prints a problem that doesn't stop the run.
    func warn(_ message: String, atStep step: Int) throws {
        try record(.warning(WarningRecord(step: step, message: message, wallTime: wallTime)))
    }

    /// Writes the run's summary.
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
