import Formatting
import Metrics
import Reports
import Statistics

extension VerdictReport {
    /// Accuracy and cost.
    func accuracySection() -> Page.Section {
        let difference = results.accuracyDifference((1, .baseline), minus: (0, .baseline))
        let lead =
            difference.map {
                "The \(names[1])'s test accuracy less the \(names[0])'s, paired over "
                    + "\($0.count) \($0.count == 1 ? "seed" : "seeds"): \(Self.points($0)) points, with \(parameterRatio(of: 1))."
            } ?? "There are no runs of both networks to compare."
        let (isBetter, isSmaller) = (isBetterBeyondNoise(1), costs[1].parameterCount < costs[0].parameterCount)
        return Page.Section(
            id: "accuracy",
            title: "A CNN does better with fewer parameters",
            finding: Page.Section.Finding(isBetter.map { $0 && isSmaller }),
            reading: [
                lead + Self.shortfall(isBetter: isBetter, isSmaller: isSmaller),
                "The gap is how much better a network does on the images it was trained on, with the same final weights "
                    + "and without augmentation. \(Self.intervalNote)",
            ],
            content: [
                accuracyTable.html(), .row([accuracyByEpoch().figure(), accuracyByCPUSeconds().figure()]),
                sources([.baseline]),
            ]
        )
    }

    /// Which part of the claim isn't true here.
    private static func shortfall(isBetter: Bool?, isSmaller: Bool) -> String {
        switch (isBetter, isSmaller) {
        case (nil, _), (true?, true): ""
        case (true?, false): " It is better, but not with fewer parameters."
        case (false?, true): " It has fewer parameters, but isn't better beyond noise."
        case (false?, false): " It neither is better beyond noise nor has fewer parameters."
        }
    }

    /// The verdict's table.
    var accuracyTable: PageTable {
        let rows = names.indices.map { network in
            [
                names[network], Format.grouped(costs[network].parameterCount),
                Format.fixed(Double(costs[network].forwardFLOPs) / 1e6, digits: 2),
                Self.percent(results.statistics(network, of: \.accuracy)),
                Self.percent(results.statistics(network) { $0.measured?.trainingAccuracy }),
                Self.points(
                    results.statistics(network) { run in
                        run.accuracy.flatMap { test in run.measured.map { $0.trainingAccuracy - test } }
                    }
                ),
                cpuSeconds(network).map { Format.fixed($0.mean, digits: 1) } ?? "–",
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
            x: Plot.Axis("epoch", kind: .whole),
            y: Plot.Axis("test accuracy (%)", format: .fixed(1), limits: 0...100),
            series: names.indices.map { network in
                Plot.Series(names[network], style: network, points: points(byEpochOf: network, .baseline))
            }
        )
    }

    /// The accuracy after each evaluated epoch.
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
            y: Plot.Axis("test accuracy (%)", format: .fixed(1), limits: 0...100),
            series: series
        )
    }
}

extension ExperimentResults.Run {
    func testAccuracy(epoch: Int) -> Double? { epochs.first { $0.epoch == epoch }?.testAccuracy }
}
