package import Metrics
package import Reports

/// The run folder of a trial: what is there already, and what is missing.
package struct TrialFolder: Sendable {
    /// The trial.
    package let trial: Trial
    /// The run folder.
    package let path: String

    /// The folder of a trial.
    ///
    /// - Parameters:
    ///   - trial: The trial.
    ///   - directory: The folder of all run folders.
    package init(of trial: Trial, in directory: String) {
        self.trial = trial
        path = directory + "/" + trial.name
    }

    /// What the trial came to, once it is trained as far as it shall be.
    ///
    /// - Returns: The summary; nil while it isn't.
    /// - Throws: `ReportsError` where the folder lacks a file or holds a broken one.
    package func completedSummary() throws(ReportsError) -> RunSummary? {
        let summary = try RunFolder(path: path).summary()
        return summary.completed && summary.epochs >= trial.epochs ? summary : nil
    }

    /// The epochs up to which the trial is to be trained, as far as they are done.
    ///
    /// - Returns: A record an epoch.
    /// - Throws: `ReportsError` where the folder lacks a file or holds a broken one.
    package func epochs() throws(ReportsError) -> [EpochRecord] {
        let events = try RunFolder(path: path).events()
        let epochs = events.compactMap { event in if case .epoch(let record) = event { record } else { nil } }
        return epochs.filter { $0.epoch <= trial.epochs }
    }

    /// Refuses a folder that another configuration's run has filled.
    func checkConfiguration() throws(TrialsError) {
        guard let text = try? RunFolder(path: path).configurationText(), text != trial.configurationText else { return }
        let (found, needed) = (text.split(separator: "\n"), trial.configurationText.split(separator: "\n"))
        let line = zip(found, needed).first { $0 != $1 } ?? (found.last ?? "", needed.last ?? "")
        throw .otherConfiguration(
            path: path,
            found: line.0.trimmingPrefix { $0 == " " }.description,
            needed: line.1.trimmingPrefix { $0 == " " }.description
        )
    }
}
