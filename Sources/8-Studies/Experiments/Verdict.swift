import Assembly
package import ConfigurationFiles
import Foundation
import Metrics
import Networks
import Reports
import Trials

/// Runs the experiments of a file, from missing runs to the page: `verdict`.
package struct Verdict: Sendable {
    /// The verdict in one sentence, with its numbers.
    package struct Conclusion: Sendable {
        /// The sentence.
        package let sentence: String
        /// What is missing or broken, one line each.
        package let problems: [String]
        /// The page's file.
        package let page: String
    }

    private let plan: ExperimentPlan

    /// Reads an experiment's file, and checks the configuration of every run.
    ///
    /// - Parameters:
    ///   - path: The file, or its name in `Configs`.
    ///   - isQuick: Whether to use the file's smaller version.
    ///   - dataset: The data set of all runs; by default that of the networks' configurations.
    ///   - overrides: Texts `key.path=value` for all runs, applied after the file's.
    /// - Throws: `ConfigurationError`, for example if an experiment doesn't fit a network.
    package init(
        path: String,
        isQuick: Bool,
        dataset: DatasetChoice? = nil,
        overrides: [String] = []
    ) throws(ConfigurationError) {
        plan = try ExperimentPlan(
            ExperimentFile(path: path, isQuick: isQuick, dataset: dataset, overrides: overrides)
        )
    }

    /// Runs what is missing, measures the trained networks, and writes the page.
    ///
    /// - Parameters:
    ///   - output: The page's file; by default `verdict.html` in the experiments' directory.
    ///   - report: Called with one line for each event.
    /// - Returns: The page's conclusion.
    /// - Throws: `TrialsError`, and the typed errors of the modules below.
    package func run(output: String?, report: @escaping @Sendable (String) -> Void) async throws -> Conclusion {
        let runner = TrialRunner(directory: plan.file.directory, rankCount: plan.file.rankCount, report: report)
        let output = output ?? plan.file.directory + "/verdict.html"
        try prepare(output)
        // Missing files are reported before training, and pictures are decoded only once, not by every run that starts.
        let isMissingRuns = plan.trials.contains { planned in
            (try? TrialFolder(of: planned.trial, in: plan.file.directory).completedSummary()) == nil
        }
        if isMissingRuns { _ = try plan.configuration(ofNetwork: 0).loadDataset() }
        _ = try await runner.run(plan.trials.map(\.trial))
        do {
            try measure(report)
            let results = ExperimentResults(plan)
            let gallery = try plan.file.gallery.map { _ in
                report("opening the networks")
                return try NetworkGallery(results, images: plan.galleryImages)
            }
            return try write(results, gallery, to: output)
        } catch is CancellationError {
            throw TrialsError.interrupted
        }
    }

    private func measure(_ report: (String) -> Void) throws {
        let options = plan.file.translation
        for (role, trial) in plan.trials where plan.isMeasured(role) {
            try Task.checkCancellation()
            let folder = TrialFolder(of: trial, in: plan.file.directory)
            guard let summary = try? folder.completedSummary(),
                MeasuredRun.read(folder, summary: summary, options: options) == nil
            else { continue }
            do {
                try MeasuredRun.measure(folder, summary: summary, options: options)
                report("\(trial.name): measured on training\(options == nil ? "" : " and on moved test") images")
            } catch {
                report("\(folder.path): can't be measured: \(error)")
            }
        }
    }

    /// Checks that the page can be written, before anything takes time.
    private func prepare(_ output: String) throws(TrialsError) {
        let url = URL(fileURLWithPath: output)
        let probe = url.deletingLastPathComponent().appendingPathComponent("." + url.lastPathComponent)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            guard !url.hasDirectoryPath, (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory != true
            else {
                throw TrialsError.directory(path: output, reason: "is a folder; name the page's file")
            }
            try Data().write(to: probe)
            try FileManager.default.removeItem(at: probe)
        } catch let error as TrialsError {
            throw error
        } catch {
            throw .directory(path: output, reason: "can't be written: \(error.reason)")
        }
    }

    private func write(
        _ results: ExperimentResults,
        _ gallery: NetworkGallery?,
        to output: String
    ) throws -> Conclusion {
        let costs = try plan.file.contenders.indices.map { index in
            let network = try plan.configuration(ofNetwork: index).makeNetwork(maximumBatch: 1, fusesLayers: false)
            return VerdictReport.NetworkCost(
                parameterCount: network.parameterCount,
                forwardFLOPs: network.layerSummaries.reduce(0) { $0 + $1.forwardFLOPs }
            )
        }
        let url = URL(fileURLWithPath: output)
        let isBesideRuns =
            url.deletingLastPathComponent().standardizedFileURL.path
            == URL(fileURLWithPath: plan.file.directory).standardizedFileURL.path
        let page = try VerdictReport(
            results: results,
            costs: costs,
            gallery: gallery,
            folder: isBesideRuns ? plan.file.directory : url.deletingLastPathComponent().path
        ).page()
        do {
            try Data(page.html().utf8).write(to: url, options: .atomic)
        } catch {
            throw TrialsError.directory(path: output, reason: "can't be written: \(error.reason)")
        }
        return Conclusion(sentence: page.summary, problems: page.problems, page: output)
    }
}
