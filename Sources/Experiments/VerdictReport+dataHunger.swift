import Metrics
import Reports

extension VerdictReport {
    /// Accuracy against the share of the training set.
    func dataHungerSection(_ options: ExperimentFile.DataHunger) -> Page.Section {
        let plot = accuracyByShare(options)
        let lead = zip(plot.series[0].points, plot.series[1].points).filter { $0.0.x == $0.1.x }.map { pair in
            (percent: pair.0.x, points: pair.1.y - pair.0.y)
        }
        let reading = [
            lead.isEmpty
                ? "There are no runs of both networks to compare."
                : "The \(names[1])'s lead over the \(names[0]): "
                    + lead.map { "\(Format.fixed($0.points, digits: 1)) points at \(Int($0.percent)) %" }
                    .joined(separator: ", ") + ".",
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
            title: "Test accuracy by the share of the training images",
            x: Plot.Axis("share of the training images (%)", kind: .logarithmic),
            y: Plot.Axis("test accuracy (%)", format: .fixed(1)),
            series: series
        )
    }
}
