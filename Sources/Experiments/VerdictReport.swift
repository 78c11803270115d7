import Foundation
import Metrics
import Reports
import Statistics
import Trials

/// The page that says what the experiments came to, and its first sentence.
struct VerdictReport {
    let results: ExperimentResults
    let costs: [NetworkCost]
    /// The folder in which the page will be, to which its links to run folders are relative.
    let folder: String

    /// What a network costs, whatever its weights.
    struct NetworkCost {
        let parameterCount: Int
        /// Floating-point operations of one image's forward pass.
        let forwardFLOPs: Int
    }

    var file: ExperimentFile { results.plan.file }
    var names: [String] { file.contenders.map(\.name) }

    /// The page; a section for each experiment of the file.
    func page() throws -> Page {
        var sections: [Page.Section] = []
        if file.hasAccuracy { sections.append(accuracySection()) }
        if let options = file.spatialPrior { sections.append(try spatialPriorSection(options)) }
        if file.translation != nil { sections.append(translationSection()) }
        if file.hasParameterGrowth { sections.append(try parameterGrowthSection()) }
        if let options = file.dataHunger { sections.append(dataHungerSection(options)) }
        return Page(title: file.title, summary: verdict, problems: results.problems, sections: sections)
    }

    /// The verdict in one sentence, with its numbers; it leaves out what wasn't measured.
    var verdict: String {
        let accuracies = names.indices.map { results.statistics($0, of: \.accuracy) }
        guard let first = accuracies[0], let second = accuracies[1] else {
            return results.plan.trials.isEmpty
                ? "A first dense layer grows with the image, a first convolution doesn't."
                : "There is no verdict yet: runs of both networks are needed."
        }
        let better = second.mean >= first.mean ? 1 : 0
        var sentence =
            "The \(names[better]) is the better one: it recognizes \(Self.percent(accuracies[better])) of the test images "
            + "with \(Format.grouped(costs[better].parameterCount)) parameters, the \(names[1 - better]) "
            + "\(Self.percent(accuracies[1 - better])) with \(Format.grouped(costs[1 - better].parameterCount))"
        let losses = names.indices.map {
            results.accuracyDifference(($0, .permuted), minus: ($0, .baseline))
        }
        if let own = losses[better], let other = losses[1 - better] {
            sentence +=
                "; shuffling the pixels, the same way in every image, moves the \(names[better]) by "
                + "\(Self.points(own)) points and the \(names[1 - better]) by \(Self.points(other))"
        }
        return sentence + "."
    }

    /// A share in percent, with its confidence interval.
    static func percent(_ statistics: SampleStatistics?) -> String {
        guard let statistics else { return "" }
        let interval = statistics.confidenceHalfWidth().map { " ± " + Format.fixed(100 * $0, digits: 1) } ?? ""
        return Format.fixed(100 * statistics.mean, digits: 1) + interval + " %"
    }

    /// A difference of shares in percentage points, signed, with its confidence interval.
    static func points(_ statistics: SampleStatistics?) -> String {
        guard let statistics else { return "" }
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

    /// The runs that a section's numbers are from, with links to their folders.
    func sources(_ variants: [ExperimentPlan.Variant]) -> Markup {
        let items = results.runs(variants).map { run in
            let name = run.folder.trial.name
            let path = file.directory == folder ? name : URL(fileURLWithPath: run.folder.path).absoluteString
            return Markup.element(
                "li",
                [:],
                [
                    .element("a", ["href": path], name),
                    .text(" (weights \(run.summary.weightsSha256?.prefix(12) ?? "unknown"))"),
                ]
            )
        }
        return .element(
            "details",
            [:],
            [.element("summary", [:], "The \(items.count) runs behind these numbers"), .element("ul", [:], items)]
        )
    }

    /// What the measurements say of a section's claim.
    static func judgement(isTrue: Bool?) -> String {
        switch isTrue {
        case true?: "It holds here. "
        case false?: "It doesn't hold here as it stands. "
        case nil: ""
        }
    }

    static let intervalNote = "Bars and ± are 95 % confidence intervals of the mean over the seeds (Student's t)."
}
