import Metrics
import Reports
import Statistics
import Trials

/// The contents of a plan's run folders; nothing is filled in for missing values.
package struct ExperimentResults {
    /// A completed run.
    struct Run {
        let folder: TrialFolder
        let summary: RunSummary
        let epochs: [EpochRecord]
        /// The measurements of the final weights; nil for runs that aren't measured.
        let measured: MeasuredRun?

        var translation: MeasuredRun.Translation? { measured?.translation }

        /// Accuracy on the test images with the final weights.
        var accuracy: Double? { summary.testAccuracy }
    }

    let plan: ExperimentPlan
    /// What is missing or broken, one line each.
    let problems: [String]
    private let runs: [ExperimentPlan.Role: Run]

    /// Reads the run folders.
    package init(_ plan: ExperimentPlan) {
        self.plan = plan
        var runs: [ExperimentPlan.Role: Run] = [:]
        var problems: [String] = []
        for (role, trial) in plan.trials {
            let folder = TrialFolder(of: trial, in: plan.file.directory)
            do throws(ReportsError) {
                guard let summary = try folder.completedSummary() else {
                    problems.append("\(folder.path): not completed")
                    continue
                }
                var measured: MeasuredRun?
                if plan.isMeasured(role) {
                    measured = MeasuredRun.read(folder, summary: summary, options: plan.file.translation)
                    if measured == nil {
                        problems.append("\(MeasuredRun.path(in: folder)): missing, broken, or of other weights")
                    }
                }
                runs[role] = Run(
                    folder: folder,
                    summary: summary,
                    epochs: try folder.epochs(),
                    measured: measured
                )
            } catch {
                problems.append("\(error)")
            }
        }
        self.runs = runs
        self.problems = problems
    }

    /// The end of the last epoch of all runs, in seconds since 1970; nil if there are no runs.
    var lastWallTime: Double? { runs.values.compactMap(\.epochs.last?.wallTime).max() }

    /// The completed runs of a network with a variant, in the order of their seeds.
    func runs(_ network: Int, _ variant: ExperimentPlan.Variant = .baseline) -> [Run] {
        plan.file.seeds.compactMap { runs[ExperimentPlan.Role(network: network, seed: $0, variant: variant)] }
    }

    /// All completed runs with some variants.
    func runs(_ variants: [ExperimentPlan.Variant]) -> [Run] {
        variants.flatMap { variant in plan.file.contenders.indices.flatMap { runs($0, variant) } }
    }

    /// Statistics of a value over the runs of a network; nil if no run has it.
    func statistics(
        _ network: Int,
        _ variant: ExperimentPlan.Variant = .baseline,
        of value: (Run) -> Double?
    ) -> SampleStatistics? {
        let values = runs(network, variant).compactMap(value)
        return values.isEmpty ? nil : SampleStatistics(values)
    }

    /// The differences of accuracy between runs with the same seeds; nil if no seed has both runs.
    func accuracyDifference(
        _ first: (network: Int, variant: ExperimentPlan.Variant),
        minus second: (network: Int, variant: ExperimentPlan.Variant)
    ) -> SampleStatistics? {
        let pairs = plan.file.seeds.compactMap { seed -> (Double, Double)? in
            let roles = [first, second].map {
                ExperimentPlan.Role(network: $0.network, seed: seed, variant: $0.variant)
            }
            guard let left = runs[roles[0]]?.accuracy, let right = runs[roles[1]]?.accuracy else { return nil }
            return (left, right)
        }
        return pairs.isEmpty ? nil : SampleStatistics(differencesOf: pairs.map(\.0), from: pairs.map(\.1))
    }
}
