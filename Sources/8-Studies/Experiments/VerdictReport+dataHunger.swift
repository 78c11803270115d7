import Metrics
import Reports
import Statistics

extension VerdictReport {
    /// Accuracy as a function of the fraction of the training set.
    func dataHungerSection(_ options: ExperimentFile.DataHunger) -> Page.Section {
        let plot = accuracyByShare(options)
        let leads = options.percentages.compactMap { percent in
            results.accuracyDifference((1, Self.variant(percent: percent)), minus: (0, Self.variant(percent: percent)))
                .map { "\(Self.points($0)) at \(percent) %" }
        }
        let reading = [
            leads.isEmpty
                ? "There are no runs of both networks to compare."
                : "The \(names[1])'s lead over the \(names[0]) in points, by the share of the \(trainingImages): "
                    + "\(leads.joined(separator: ", ")). \(shareThatSuffices(options))",
            "Smaller parts are passed over more often, for as many steps, up to \(options.maximumEpochs) epochs. "
                + Self.intervalNote,
        ]
        return Page.Section(
            id: "data-hunger",
            title: "How much data each network needs",
            reading: reading,
            content: [plot.figure(), sources(options.percentages.map(Self.variant))]
        )
    }

    /// The smallest fraction with which the second network is as good as the first one with the largest.
    private func shareThatSuffices(_ options: ExperimentFile.DataHunger) -> String {
        func accuracy(_ network: Int, _ percent: Int) -> Double? {
            results.statistics(network, Self.variant(percent: percent), of: \.accuracy)?.mean
        }
        guard let most = options.percentages.max(), let aim = accuracy(0, most) else { return "" }
        let sufficient = options.percentages.sorted().first { accuracy(1, $0).map { $0 >= aim } ?? false }
        return sufficient.map { "With \($0) % of them it does at least as well as the \(names[0]) with \(most) %." }
            ?? "With no share of them does it do as well as the \(names[0]) with \(most) %."
    }

    private static func variant(percent: Int) -> ExperimentPlan.Variant {
        percent == 100 ? .baseline : .percent(percent)
    }

    private func accuracyByShare(_ options: ExperimentFile.DataHunger) -> Plot {
        let series = names.indices.map { network in
            let points = options.percentages.compactMap { percent in
                let accuracy = results.statistics(network, Self.variant(percent: percent), of: \.accuracy)
                return Self.point(x: Double(percent), accuracy, scale: 100)
            }
            return Plot.Series(names[network], style: network, points: points)
        }
        return Plot(
            title: "Test accuracy by the share of the \(trainingImages)",
            x: Plot.Axis("share of the \(trainingImages) (%)", kind: .logarithmic),
            y: Plot.Axis("test accuracy (%)", format: .fixed(1), limits: 0...100),
            series: series
        )
    }
}
