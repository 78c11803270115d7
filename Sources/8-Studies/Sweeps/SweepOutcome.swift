import ConfigurationFiles
import Formatting
import Metrics
import Trials

/// The printed result of a sweep.
package struct SweepOutcome: Sendable {
    /// The trials, the best first.
    package let results: SweepResults
    private let file: SweepFile
    private let samples: EvaluationOptions.Samples

    /// - Parameters:
    ///   - results: The trials.
    ///   - file: What was searched.
    ///   - samples: What the trials were evaluated on.
    init(_ results: SweepResults, of file: SweepFile, evaluatedOn samples: EvaluationOptions.Samples) {
        self.results = results
        self.file = file
        self.samples = samples
    }

    /// The best setting and its value, in one line.
    package var bestLine: String {
        guard let best, let setting = results.rows.first?.setting else { return "no trial was completed" }
        return "\(setting.text): \(file.metric.rawValue) \(best)"
    }

    /// The best setting, its value, the command that trains it again, and the paths of the other results.
    package var text: String {
        let count = Format.count(results.rows.count, "trial")
        let files = "\(file.directory)/results.csv and results.jsonl: \(count)"
        guard best != nil, let row = results.rows.first else { return files }
        let settings = (file.sharedOverrides + row.setting.overrides).map { "--set " + RunEnding.quoted($0) }
        // A folder of its own: another run of the configuration may be in its usual one.
        let folder = RunEnding.quoted("\(file.directory)-best")
        return """
            best: \(bestLine), in \(row.folder)
            \(choice)
              swift-dp-train \(RunEnding.quoted(file.configurationPath)) --run-dir \(folder) \(settings.joined(separator: " "))
            \(files)
            """
    }

    /// On what the best was chosen.
    private var choice: String {
        switch samples {
        case .validation: "chosen on the validation images; the test images are still new to it"
        case .test:
            "chosen on the test images, which flatters it there; evaluation.on: validation keeps them for the end"
        }
    }

    /// One line per trial, the best first: its setting and its result.
    package var table: String {
        let keys = results.rows.first?.setting.values.map(\.key) ?? []
        let rows = results.rows.map { row in
            row.setting.values.map(\.value)
                + [
                    row.epoch.map { "\($0.epoch)" } ?? "-", value(row) ?? (row.hasDiverged ? "diverged" : "failed"),
                    row.folder,
                ]
        }
        let header = keys + ["epoch", file.metric.rawValue, "folder"]
        return TextTable.lines([header] + rows, textColumns: [header.count - 1]).joined(separator: "\n")
    }

    /// The settings whose training diverged.
    package var diverged: [String] { results.rows.filter(\.hasDiverged).map(\.setting.text) }

    /// The settings whose trials failed, each with the reason.
    ///
    /// That some settings make a training diverge is a result; that all do is none.
    package var failures: [String] {
        let failed = results.rows.filter { $0.failure != nil }
        return (failed.count == results.rows.count ? failed : failed.filter { !$0.hasDiverged })
            .map { "\($0.setting.text): \($0.failure ?? "")" }
    }

    /// The best trial's value; nil if no trial was completed.
    private var best: String? { results.rows.first.flatMap { $0.failure == nil ? value($0) : nil } }

    private func value(_ row: SweepResults.Row) -> String? {
        row.failure == nil ? row.epoch.flatMap(file.metric.value).map { Format.fixed($0, digits: 4) } : nil
    }
}

extension SweepResults.Row {
    var hasDiverged: Bool { failure.map(TrialRunner.Failure.isDivergence) ?? false }
}
