import ConfigurationFiles
package import Metrics

/// Runs side by side.
package struct ComparisonTable: Equatable, Sendable {
    /// A run that could be read.
    package struct Row: Equatable, Sendable {
        /// The run's folder, as the user gave it.
        package let path: String
        /// The result of the run.
        package let summary: RunSummary
        /// The accuracy that is compared: the last, or the best.
        let accuracy: Double?
        /// The run's settings by key path; nil if its configuration can't be read.
        package let settings: [String: String]?

        /// Epochs trained, if fewer than configured; nil if complete or stopped by patience.
        var shortenedEpochs: Int? {
            let hasRunOutOfPatience = summary.completed && summary.stoppedBecause != nil
            return hasRunOutOfPatience || settings?["training.epochs"] == "\(summary.epochs)" ? nil : summary.epochs
        }
    }

    /// A run that couldn't be read.
    package struct Failure: Equatable, Sendable {
        /// The run's folder, as it was given.
        package let path: String
        /// What is missing or broken.
        package let error: ReportsError
        /// Whether the user named this folder, rather than one that contains it.
        package let isNamed: Bool
    }

    /// The runs that could be read, in the order given.
    package let rows: [Row]
    /// The runs that couldn't be read, in the order given.
    package let failures: [Failure]
    /// Whether the runs are compared by their best evaluations, rather than their last.
    let usesBest: Bool
    /// The settings that differ between the runs.
    let differences: SettingDifferences
    /// The runs of each setting.
    let groups: [SeedGroup]

    /// Reads the summaries of some runs.
    ///
    /// - Parameters:
    ///   - paths: Run folders, or folders that contain run folders, such as a sweep's.
    ///   - usesBest: Whether the runs are compared by their best evaluations, rather than their last.
    ///   - showsAllSettings: Whether to include settings that can't change the result.
    package init(paths: [String], usesBest: Bool = false, showsAllSettings: Bool = false) {
        var rows: [Row] = []
        var failures: [Failure] = []
        for (named, path) in paths.flatMap({ named in RecordedRun.runs(at: named).map { (named, $0) } }) {
            do throws(ReportsError) {
                let run = try RecordedRun(path: path)
                let settings = (try? run.configurationText()).flatMap(Configuration.settings(inYAML:))
                let summary = try run.summary()
                let accuracy = usesBest ? summary.bestAccuracy : summary.evaluation?.accuracy
                rows.append(Row(path: path, summary: summary, accuracy: accuracy, settings: settings))
            } catch {
                failures.append(Failure(path: path, error: error, isNamed: named == path))
            }
        }
        self.rows = rows
        self.failures = failures
        self.usesBest = usesBest
        differences = SettingDifferences(rows.map(\.settings), includesIncidental: showsAllSettings)
        groups = SeedGroup.groups(rows, differences)
    }
}
