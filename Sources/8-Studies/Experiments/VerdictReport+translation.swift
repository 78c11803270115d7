import Formatting
import Metrics
import Networks
import Reports
import Statistics

extension VerdictReport {
    /// Shifted test images, and how layers and predictions respond.
    func translationSection() -> Page.Section {
        let plot = accuracyByShift()
        let moves = plot.series.compactMap { series -> String? in
            guard let still = series.points.first, let moved = series.points.last else { return nil }
            return "Moved by \(Int(moved.x)) pixels, the \(series.name) goes from "
                + "\(Format.fixed(still.y, digits: 1)) to \(Format.fixed(moved.y, digits: 1)) %."
        }
        return Page.Section(
            id: "translation",
            title: "Shared weights give translation equivariance, pooling trades it for invariance",
            finding: Page.Section.Finding(isConfirmed),
            reading: [
                moves.isEmpty ? "No run was measured on moved images." : moves.joined(separator: " "),
                equivarianceReading,
            ],
            content: [
                .row([plot.figure(), Markup([Self.definition, equivarianceTable.html()])]), sources([.baseline]),
            ]
        )
    }

    private static let definition = Markup.element(
        "p",
        [:],
        "The equivariance error of each layer, ‖f(shift(x)) − shift(f(x))‖ / ‖f(x)‖ from the image to its output, away "
            + "from the borders (mean over the seeds): 0 for a layer that moves with the image."
    )

    /// Whether a convolution's output shifts with the image, pooling's less so, and the CNN's logits change less than
    /// the MLP's, beyond noise; nil if that wasn't measured.
    private var isConfirmed: Bool? {
        guard let convolution = error(ofFirst: Conv2D.kind, of: 1), let pooling = error(ofFirst: MaxPool2D.kind, of: 1),
            let difference = logitChangeDifference, let width = difference.confidenceHalfWidth()
        else { return nil }
        return convolution < 1e-3 && pooling > convolution && difference.mean < -width
    }

    /// How much more the second network's logits change than the first one's when the image is shifted, paired by
    /// seeds.
    private var logitChangeDifference: SampleStatistics? {
        let changes = file.seeds.compactMap { seed -> (Double, Double)? in
            let runs = names.indices.map { network in results.runs(network).first { $0.summary.seed == seed } }
            guard let first = runs[0]?.translation?.logitChange, let second = runs[1]?.translation?.logitChange
            else { return nil }
            return (first, second)
        }
        return changes.isEmpty ? nil : SampleStatistics(differencesOf: changes.map(\.1), from: changes.map(\.0))
    }

    private var equivarianceReading: String {
        let layers = [(Conv2D.kind, 1, "convolution"), (MaxPool2D.kind, 1, "pooling"), (Linear.kind, 0, "dense layer")]
        let errors = layers.compactMap { kind, network, words in
            error(ofFirst: kind, of: network).map {
                "\(Format.fixed($0, digits: 2)) for the \(names[network])'s first \(words)"
            }
        }
        let changes = names.indices.compactMap { network in
            results.statistics(network) { $0.translation?.logitChange }.map {
                "the \(names[network])'s by \(Format.fixed(100 * $0.mean, digits: 1)) %"
            }
        }
        guard !errors.isEmpty, !changes.isEmpty else { return "" }
        return
            "Moved by one pixel, the equivariance error is \(errors.joined(separator: ", ")). Over all measured moves the "
            + "logits change: \(changes.joined(separator: ", "))."
    }

    /// The error of a network's first layer of a kind for images shifted by one pixel, as the mean over the seeds.
    private func error(ofFirst kind: String, of network: Int) -> Double? {
        results.statistics(network) { run in
            run.translation?.layers.first { $0.kind == kind && $0.shiftPixels == 1 }?.error
        }?.mean
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
            x: Plot.Axis("shift (pixels)", kind: .whole, startsAtZero: true),
            y: Plot.Axis("test accuracy (%)", format: .fixed(1), limits: 0...100),
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

extension MeasuredRun.Translation {
    /// The relative change of the logits when images are shifted, as the mean over the shifts: 0 for invariance.
    fileprivate var logitChange: Double? {
        let logits = layers.last?.layer
        let changes = layers.filter { $0.layer == logits }.compactMap(\.error)
        return changes.isEmpty ? nil : changes.reduce(0, +) / Double(changes.count)
    }
}
