import Metrics
import Reports
import Statistics

extension VerdictReport {
    /// Test images that move, and layers that should move with them.
    func translationSection() -> Page.Section {
        let plot = accuracyByShift()
        let reading = [
            plot.series.compactMap { series -> String? in
                guard let still = series.points.first, let moved = series.points.last else { return nil }
                return "Moved by \(Int(moved.x)) pixels, the \(series.name) falls from "
                    + "\(Format.fixed(still.y, digits: 1)) to \(Format.fixed(moved.y, digits: 1)) %."
            }.joined(separator: " "),
            "Convolutions move with the image exactly; pooling does so only by whole strides, and in between it gives "
                + "equivariance up; a dense layer has nothing that could move.",
        ]
        return Page.Section(
            id: "translation",
            title: "Shared weights give translation equivariance, pooling trades it for invariance",
            reading: reading,
            content: [
                plot.figure(),
                .element(
                    "p",
                    [:],
                    "The equivariance error of each layer, ‖f(shift(x)) − shift(f(x))‖ / ‖f(x)‖ from the image to its "
                        + "output, away from the borders (mean over the seeds): 0 for a layer that moves with the image."
                ),
                equivarianceTable.html(), sources([.baseline]),
            ]
        )
    }

    private func accuracyByShift() -> Plot {
        let series = names.indices.map { network in
            let points = (file.translation?.shiftPixels ?? []).compactMap { shift in
                let accuracy = results.statistics(network) { run in
                    run.translation?.shifts.first { $0.shiftPixels == shift }?.testAccuracy
                }
                return Self.point(x: Double(shift), accuracy, scale: 100)
            }
            return Plot.Series(names[network], style: network, points: points)
        }
        return Plot(
            title: "Test accuracy as the test images move down, up, right and left over their reflected border",
            x: Plot.Axis("shift (pixels)", startsAtZero: true),
            y: Plot.Axis("test accuracy (%)", format: .fixed(1)),
            series: series
        )
    }

    private var equivarianceTable: PageTable {
        let measured = names.indices.map { network in results.runs(network).compactMap { $0.translation?.layers } }
        let shifts = Set(measured.joined().joined().map(\.shiftPixels)).sorted()
        let rows = names.indices.flatMap { network -> [[String]] in
            let layers = measured[network].first?.filter { $0.shiftPixels == shifts.first } ?? []
            return layers.map { layer in
                let errors = shifts.map { shift in
                    let values = measured[network].compactMap { results in
                        results.first { $0.layer == layer.layer && $0.shiftPixels == shift }?.error
                    }
                    return values.isEmpty ? "–" : Format.fixed(SampleStatistics(values).mean, digits: 4)
                }
                return ["\(names[network]) \(layer.layer) \(layer.kind)", layer.stride.map { "\($0)" } ?? "no image"]
                    + errors
            }
        }
        let header = ["layer", "stride (pixels)"] + shifts.map { "error, image moved by \($0)" }
        return PageTable(header: header, rows: rows)
    }
}
