import ConfigurationFiles
package import Metrics
package import Reports

/// The run folder of a trial, and what is in it.
package struct TrialFolder: Sendable {
    /// The trial.
    package let trial: Trial
    /// The run folder.
    package let path: String

    /// The folder of a trial.
    ///
    /// - Parameters:
    ///   - trial: The trial.
    ///   - directory: The folder that contains all run folders.
    package init(of trial: Trial, in directory: String) {
        self.trial = trial
        path = directory + "/" + trial.name
    }

    /// The result of the trial, once it has been trained to its last epoch.
    ///
    /// - Returns: The summary; nil before that.
    /// - Throws: `ReportsError` if a file is missing or broken.
    package func completedSummary() throws(ReportsError) -> RunSummary? {
        let summary = try RecordedRun(path: path).summary()
        // One that ran out of patience is as far as it goes.
        let hasEnded = summary.epochs >= trial.epochs || summary.stoppedBecause != nil
        return summary.completed && hasEnded ? summary : nil
    }

    /// The trial's completed epochs, up to the last one that it is to be trained for.
    ///
    /// - Returns: One record per epoch.
    /// - Throws: `ReportsError` if a file is missing or broken.
    package func epochs() throws(ReportsError) -> [EpochRecord] {
        let events = try RecordedRun(path: path).events()
        let epochs = events.compactMap { event in if case .epoch(let record) = event { record } else { nil } }
        return epochs.filter { $0.epoch <= trial.epochs }
    }

    /// Throws if the folder contains a run with another configuration.
    func checkConfiguration() throws(TrialsError) {
        guard let text = try? RecordedRun(path: path).configurationText(),
            let difference = Configuration.differences(from: text, to: trial.configurationText)?.first
        else { return }
        throw .otherConfiguration(
            path: path,
            found: "\(difference.keyPath): \(difference.first ?? "nothing")",
            needed: "\(difference.keyPath): \(difference.second ?? "nothing")"
        )
    }
}
