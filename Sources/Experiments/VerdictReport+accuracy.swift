import Metrics
import Reports
import Statistics

extension VerdictReport {
    /// Accuracy and cost.
    func accuracySection() -> Page.Section {
        let difference = results.accuracyDifference((1, .baseline), minus: (0, .baseline))
        let reading = [
            Self.judgement(isTrue: isBetterWithLess(difference))
                + "\(names[1]) minus \(names[0]), paired over \(difference?.count ?? 0) seeds: \(Self.points(difference)) "
                + "points of test accuracy, with \(parameterRatio).",
            "The gap is how much better a network does on the images it was trained on. \(Self.intervalNote)",
        ]
        return Page.Section(
            id: "accuracy",
            title: "A CNN does better with fewer parameters",
            reading: reading,
            content: [
                accuracyTable.html(), accuracyByEpoch().figure(), accuracyByCPUSeconds().figure(),
                sources([.baseline]),
            ]
        )
    }

    /// Whether the second network is better beyond noise, and the smaller one; nil without runs that tell.
    private func isBetterWithLess(_ difference: SampleStatistics?) -> Bool? {
        guard let difference, let halfWidth = difference.confidenceHalfWidth() else { return nil }
        return difference.mean > halfWidth && costs[1].parameterCount < costs[0].parameterCount
    }

    private var parameterRatio: String {
        let counts = costs.map { Double($0.parameterCount) }
        let ratio = Format.fixed(max(counts[0], counts[1]) / min(counts[0], counts[1]), digits: 1)
        return "\(ratio) times \(counts[1] < counts[0] ? "fewer" : "more") parameters"
    }

    /// The verdict's table.
    var accuracyTable: PageTable {
        let rows = names.indices.map { network in
            [
                names[network], Format.grouped(costs[network].parameterCount),
                Format.fixed(Double(costs[network].forwardFLOPs) / 1e6, digits: 2),
                Self.percent(results.statistics(network, of: \.accuracy)),
                Self.percent(results.statistics(network) { $0.epochs.last?.trainAccuracy }),
                Self.points(
                    results.statistics(network) { run in
                        run.accuracy.flatMap { test in run.epochs.last.map { $0.trainAccuracy - test } }
                    }
                ),
                cpuSeconds(network).map { Format.fixed($0.mean, digits: 1) } ?? "",
                "\(results.runs(network).count) of \(file.seeds.count)",
            ]
        }
        let header = [
            "network", "parameters", "MFLOP an image", "test accuracy", "training accuracy", "gap (points)",
            "CPU seconds", "runs",
        ]
        return PageTable(header: header, rows: rows)
    }

    private func cpuSeconds(_ network: Int) -> SampleStatistics? {
        results.statistics(network) { $0.epochs.last?.cpuSeconds }
    }

    private func accuracyByEpoch() -> Plot {
        Plot(
            title: "Test accuracy after each epoch of training",
            x: Plot.Axis("epoch"),
            y: Plot.Axis("test accuracy (%)", format: .fixed(1)),
            series: names.indices.map { network in
                Plot.Series(names[network], style: network, points: points(byEpochOf: network, .baseline))
            }
        )
    }

    /// The accuracy after each epoch that was evaluated.
    func points(byEpochOf network: Int, _ variant: ExperimentPlan.Variant) -> [Plot.Point] {
        let epochs = Set(results.runs(network, variant).flatMap { $0.epochs.map(\.epoch) }).sorted()
        return epochs.compactMap { epoch in
            let accuracy = results.statistics(network, variant) { $0.testAccuracy(epoch: epoch) }
            return Self.point(x: Double(epoch), accuracy, scale: 100)
        }
    }

    private func accuracyByCPUSeconds() -> Plot {
        let series = names.indices.map { network in
            let epochs = Set(results.runs(network).flatMap { $0.epochs.map(\.epoch) }).sorted()
            let points = epochs.compactMap { epoch -> Plot.Point? in
                let seconds = results.statistics(network) { run in
                    run.epochs.first { $0.epoch == epoch }?.cpuSeconds
                }
                let accuracy = results.statistics(network) { $0.testAccuracy(epoch: epoch) }
                return seconds.flatMap { Self.point(x: $0.mean, accuracy, scale: 100) }
            }
            return Plot.Series(names[network], style: network, points: points)
        }
        return Plot(
            title: "The same by processor time, of all ranks together, evaluation included (mean over the seeds)",
            x: Plot.Axis("CPU time (s)", format: .fixed(2), startsAtZero: true),
            y: Plot.Axis("test accuracy (%)", format: .fixed(1)),
            series: series
        )
    }
}

extension ExperimentResults.Run {
    func testAccuracy(epoch: Int) -> Double? { epochs.first { $0.epoch == epoch }?.testAccuracy }
}
