import Assembly
import ConfigurationFiles
import Datasets
import Formatting
import Foundation
import Metrics
package import Reports
import Statistics
import Trials

/// The page with the results of the experiments, and its first sentence.
package struct VerdictReport {
    let results: ExperimentResults
    let costs: [NetworkCost]
    let gallery: NetworkGallery?
    /// The folder of the page, to which its links to run folders are relative.
    let folder: String

    /// The cost of a network, which doesn't depend on its weights.
    package struct NetworkCost {
        let parameterCount: Int
        /// Floating-point operations of one image's forward pass.
        let forwardFLOPs: Int

        package init(parameterCount: Int, forwardFLOPs: Int) {
            self.parameterCount = parameterCount
            self.forwardFLOPs = forwardFLOPs
        }
    }

    package init(results: ExperimentResults, costs: [NetworkCost], gallery: NetworkGallery?, folder: String) {
        self.results = results
        self.costs = costs
        self.gallery = gallery
        self.folder = folder
    }

    var file: ExperimentFile { results.plan.file }
    var names: [String] { file.contenders.map(\.name) }

    /// The page, with one section for each experiment of the file.
    ///
    /// - Throws: An error if a picture or a count can't be made.
    package func page() throws -> Page {
        var sections: [Page.Section] = []
        if file.hasAccuracy { sections.append(accuracySection()) }
        if let options = file.spatialPrior { sections.append(spatialPriorSection(options)) }
        if file.translation != nil { sections.append(translationSection()) }
        if file.hasParameterGrowth { sections.append(try parameterGrowthSection()) }
        if let options = file.dataHunger { sections.append(dataHungerSection(options)) }
        if let gallery { sections.append(gallerySection(gallery)) }
        return Page(
            title: file.title + (file.isQuick ? " (quick version)" : ""),
            summary: verdict,
            conditions: conditions,
            highlights: highlights,
            problems: results.problems + (gallery?.problems ?? []),
            sections: sections
        )
    }

    /// The verdict in one sentence with its numbers; what wasn't measured is left out.
    var verdict: String {
        let accuracies = names.indices.map { results.statistics($0, of: \.accuracy) }
        guard let first = accuracies[0], let second = accuracies[1] else {
            return results.plan.trials.isEmpty
                ? "A first dense layer grows with the image, a first convolution doesn't."
                : "There is no verdict yet: runs of both networks are needed."
        }
        let better = second.mean >= first.mean ? 1 : 0
        var sentence =
            "\(opening(better: better)): it recognizes \(Self.percent(accuracies[better])) of the test images with "
            + "\(Format.grouped(costs[better].parameterCount)) parameters, the \(names[1 - better]) "
            + "\(Self.percent(accuracies[1 - better])) with \(Format.grouped(costs[1 - better].parameterCount))"
        let losses = permutationLosses
        if let own = losses[better], let other = losses[1 - better] {
            sentence +=
                "; shuffling the pixels, the same way in every image, moves the \(names[better]) by "
                + "\(Self.points(own)) points and the \(names[1 - better]) by \(Self.points(other))"
        }
        return sentence + "."
    }

    /// Which network is better according to the runs, and with how many parameters.
    private func opening(better: Int) -> String {
        let ratio = parameterRatio(of: better)
        guard let isClear = isBetterBeyondNoise(better) else {
            return "On too few runs to tell noise from more, the \(names[better]) is ahead with \(ratio)"
        }
        return isClear
            ? "The \(names[better]) is the better one, with \(ratio)"
            : "Neither network is better beyond noise, and the \(names[better]) has \(ratio)"
    }

    /// Whether a network's paired lead over the other exceeds its confidence interval; nil if there are too few runs.
    func isBetterBeyondNoise(_ network: Int) -> Bool? {
        let lead = results.accuracyDifference((network, .baseline), minus: (1 - network, .baseline))
        return lead.flatMap { lead in lead.confidenceHalfWidth().map { lead.mean > $0 } }
    }

    /// A network's number of parameters compared with the other's.
    func parameterRatio(of network: Int) -> String {
        let (own, other) = (Double(costs[network].parameterCount), Double(costs[1 - network].parameterCount))
        if own == other { return "as many parameters" }
        let ratio = Format.fixed(max(own, other) / min(own, other), digits: 1)
        return own < other ? "\(ratio) times fewer parameters" : "\(ratio) times as many parameters"
    }

    /// The changes of each network's accuracy by a permutation of the pixels.
    var permutationLosses: [SampleStatistics?] {
        names.indices.map { results.accuracyDifference(($0, .permuted), minus: ($0, .baseline)) }
    }

    /// Whether this is the quick version, how the networks were trained, and when.
    private var conditions: [String] {
        var lines: [String] = []
        if file.isQuick {
            lines.append("The quick version (--quick): the whole takes more images, epochs or shares, and says more.")
        }
        let texts = names.indices.compactMap { network in
            (try? results.plan.configuration(ofNetwork: network)).map {
                TrainingConditions.text($0, trainingCount: (try? $0.datasetDescription())?.trainingCount)
            }
        }
        if let first = texts.first, texts.allSatisfy({ $0 == first }) {
            lines.append("Both networks: \(first), unless a section says otherwise; seeds \(seeds).")
        } else {
            lines += zip(names, texts).map { "\($0): \($1), unless a section says otherwise; seeds \(seeds)." }
        }
        if let end = results.lastWallTime {
            lines.append("The last run ended on \(Terminal.timestamp(end).prefix(10)).")
        }
        return lines
    }

    private var seeds: String { file.seeds.map(String.init).joined(separator: ", ") }

    /// The training images of the runs on the whole data set: `1,437 training images`.
    var trainingImages: String {
        guard let configuration = try? results.plan.configuration(ofNetwork: 0),
            let count = (try? configuration.datasetDescription())?.trainingCount
        else { return "training images" }
        return "\(Format.grouped(min(configuration.dataset.limit ?? count, count))) training images"
    }

    private var highlights: [Page.Highlight] {
        names.indices.compactMap { network in
            guard let accuracy = results.statistics(network, of: \.accuracy) else { return nil }
            let loss = permutationLosses[network].map { "\(Self.points($0)) points with shuffled pixels" }
            return Page.Highlight(
                label: names[network],
                value: Self.percent(accuracy),
                notes: [
                    "of the test images recognized (mean of \(accuracy.count) seeds)",
                    "\(Format.grouped(costs[network].parameterCount)) parameters",
                ] + (loss.map { [$0] } ?? []),
                style: network
            )
        }
    }

    /// A fraction in percent, with its confidence interval.
    static func percent(_ statistics: SampleStatistics?) -> String {
        guard let statistics else { return "–" }
        let interval = statistics.confidenceHalfWidth().map { " ± " + Format.fixed(100 * $0, digits: 1) } ?? ""
        return Format.fixed(100 * statistics.mean, digits: 1) + interval + " %"
    }

    /// A difference of fractions in percentage points, with sign and confidence interval.
    static func points(_ statistics: SampleStatistics?) -> String {
        guard let statistics else { return "–" }
        let interval = statistics.confidenceHalfWidth().map { " ± " + Format.fixed(100 * $0, digits: 1) } ?? ""
        let sign = statistics.mean < 0 ? "−" : "+"
        return sign + Format.fixed(100 * abs(statistics.mean), digits: 1) + interval
    }

    /// A point of a plot: mean and confidence interval.
    static func point(x: Double, _ statistics: SampleStatistics?, scale: Double = 1) -> Plot.Point? {
        statistics.map {
            Plot.Point(x: x, y: scale * $0.mean, error: $0.confidenceHalfWidth().map { scale * $0 })
        }
    }

    /// The runs of some variants, with links to their folders.
    func sources(_ variants: [ExperimentPlan.Variant]) -> Markup {
        let runs = results.runs(variants)
        return sources(of: runs, title: "The \(runs.count) runs behind these numbers")
    }

    /// Runs with links to their folders.
    func sources(of runs: [ExperimentResults.Run], title: String) -> Markup {
        let items = runs.map { run in
            Markup.element(
                "li",
                [:],
                [
                    .link(toFile: run.folder.path, from: folder, run.folder.trial.name),
                    .text(" (weights \(run.summary.weightsSha256?.prefix(12) ?? "unknown"))"),
                ]
            )
        }
        return .element("details", [:], [.element("summary", [:], title), .element("ul", [:], items)])
    }

    static let intervalNote = "Bars and ± are 95 % confidence intervals of the mean over the seeds (Student's t)."
}
