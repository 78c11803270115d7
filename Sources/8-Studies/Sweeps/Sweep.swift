package import ConfigurationFiles
import Formatting
import Foundation
import Metrics
package import Trials

/// A search over configuration keys: `sweep`.
package struct Sweep: Sendable {
    private let file: SweepFile
    private let settings: [SweepSetting]
    private let trials: [Trial]
    private let samples: EvaluationOptions.Samples

    /// Reads a sweep's file, and checks the configuration of every trial.
    ///
    /// - Parameter path: The file, or its name in `Configs`.
    /// - Throws: `ConfigurationError`, for example for an unknown key.
    package init(path: String) throws(ConfigurationError) {
        try self.init(SweepFile(path: path).typed())
    }

    package init(_ file: SweepFile) throws(ConfigurationError) {
        self.file = file
        settings =
            file.method == .grid
            ? SweepSetting.grid(file.parameters)
            : SweepSetting.random(file.parameters, count: file.trialCount, seed: file.seed)
        var trials: [Trial] = []
        for (index, setting) in settings.enumerated() {
            trials.append(
                try Trial(
                    name: "trial-\(String(format: "%04d", index))",
                    configurationPath: file.configurationPath,
                    overrides: file.sharedOverrides + setting.overrides,
                    label: setting.text
                )
            )
        }
        self.trials = trials
        let base = try Configuration.load(path: file.configurationPath, overrides: file.overrides)
        samples = base.evaluation.samples
    }

    /// Runs the trials that are missing, and writes the results: `results.jsonl` and `results.csv`.
    ///
    /// - Parameter report: Called with one line for each event.
    /// - Returns: The results of all trials, failed ones included.
    /// - Throws: `TrialsError`.
    package func run(report: @escaping @Sendable (String) -> Void) async throws(TrialsError) -> SweepOutcome {
        try await run(launcher: TrialLauncher(rankCount: file.rankCount), report: report)
    }

    /// The same with trials started by `launcher`.
    package func run(
        launcher: TrialLauncher,
        report: @escaping @Sendable (String) -> Void
    ) async throws(TrialsError) -> SweepOutcome {
        let runner = TrialRunner(directory: file.directory, launcher: launcher, report: report)
        var rows: [String: SweepResults.Row] = [:]
        var candidates = Array(trials.indices)
        let rungs = file.halving?.rungs ?? [HalvingPlan.Rung(trialCount: trials.count, epochs: .max)]
        for rung in rungs {
            candidates = Array(candidates.prefix(rung.trialCount))
            let scheduled = candidates.map { trials[$0].trained(epochs: min(rung.epochs, trials[$0].epochs)) }
            if rungs.count > 1 { report("\(Format.count(scheduled.count, "trial")) up to epoch \(rung.epochs)") }
            let outcomes = try await runner.run(scheduled)
            for (index, outcome) in zip(candidates, outcomes) { rows[trials[index].name] = row(index, outcome) }
            try write(SweepResults(Array(rows.values), metric: file.metric, hasRungs: file.halving != nil))
            candidates = ranked(candidates, rows)
        }
        let outcome = SweepOutcome(
            SweepResults(Array(rows.values), metric: file.metric, hasRungs: file.halving != nil),
            of: file,
            evaluatedOn: samples
        )
        for setting in outcome.diverged { report("diverged: \(setting)") }
        return outcome
    }

    /// The completed trials, the best first; of equal ones the first.
    private func ranked(_ candidates: [Int], _ rows: [String: SweepResults.Row]) -> [Int] {
        let order = SweepResults(
            candidates.compactMap { rows[trials[$0].name] },
            metric: file.metric,
            hasRungs: file.halving != nil
        ).rows
        return order.filter { $0.failure == nil }.compactMap { row in candidates.first { trials[$0].name == row.trial }
        }
    }

    private func row(_ index: Int, _ outcome: TrialRunner.Outcome) -> SweepResults.Row {
        var failure: String?
        if case .failure(let error) = outcome.result { failure = error.description }
        return SweepResults.Row(
            trial: trials[index].name,
            folder: outcome.folder.path,
            setting: settings[index],
            epoch: try? outcome.folder.epochs().last,
            failure: failure
        )
    }

    private func write(_ results: SweepResults) throws(TrialsError) {
        do {
            for (name, text) in [("results.jsonl", results.jsonLines()), ("results.csv", results.csv())] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: file.directory + "/" + name), options: .atomic)
            }
        } catch {
            throw .directory(path: file.directory, reason: "results can't be written: \(error.reason)")
        }
    }
}
