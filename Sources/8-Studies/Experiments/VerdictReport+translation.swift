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
                comparisonReading, equivarianceReading,
            ],
            content: [
                .row([
                    plot.figure(),
                    Markup([
                        Self.equivarianceDefinition, layerTable(ofImages: true).html(), Self.sensitivityDefinition,
                        layerTable(ofImages: false).html(),
                    ]),
                ]),
                sources([.baseline]),
            ]
        )
    }

    private static let equivarianceDefinition = Markup.element(
        "p",
        [:],
        "The equivariance error of each layer whose output is an image, ‖f(shift(x)) − shift(f(x))‖ / ‖f(x)‖, away from "
            + "the borders (mean over the seeds): 0 for a layer that moves with the image."
    )
    private static let sensitivityDefinition = Markup.element(
        "p",
        [:],
        "The sensitivity of each other layer, ‖f(shift(x)) − f(x)‖ / ‖f(x)‖, of the image with its border: 0 for one that "
            + "doesn't notice the move."
    )

    /// Whether a convolution's output shifts with the image and pooling's does so less, and the CNN loses less accuracy
    /// than the MLP at every shift, and beyond noise over all of them; nil if that wasn't measured.
    private var isConfirmed: Bool? {
        guard let convolution = error(ofFirst: Conv2D.kind, of: 1), let pooling = error(ofFirst: MaxPool2D.kind, of: 1),
            !moves.isEmpty, let total = advantage(at: moves), let width = total.confidenceHalfWidth()
        else { return nil }
        let isAheadEverywhere = moves.allSatisfy { (advantage(at: [$0])?.mean ?? 0) > 0 }
        return convolution < 1e-3 && pooling > convolution && isAheadEverywhere && total.mean > width
    }

    /// The shifts of at least one pixel.
    private var moves: [Int] { (file.translation?.shiftPixels ?? []).filter { $0 > 0 }.sorted() }

    /// How much less accuracy the second network loses than the first: the mean over some shifts, paired by seeds.
    private func advantage(at moves: [Int]) -> SampleStatistics? {
        let losses = file.seeds.compactMap { seed -> (Double, Double)? in
            let runs = names.indices.map { network in results.runs(network).first { $0.summary.seed == seed } }
            guard let first = runs[0]?.translation?.loss(at: moves), let second = runs[1]?.translation?.loss(at: moves)
            else { return nil }
            return (first, second)
        }
        return losses.isEmpty ? nil : SampleStatistics(differencesOf: losses.map(\.0), from: losses.map(\.1))
    }

    /// Which network loses more at which shifts.
    private var comparisonReading: String {
        guard let total = advantage(at: moves), !moves.isEmpty else { return "" }
        let worse = moves.filter { (advantage(at: [$0])?.mean ?? 0) <= 0 }.map(String.init)
        let exception =
            worse.isEmpty
            ? "" : " Moved by \(worse.joined(separator: ", ")) it loses as many as the \(names[0]), or more."
        return "The accuracy that the \(names[0]) loses less that of the \(names[1]), the mean over all plotted moves: "
            + "\(Self.points(total)) points.\(exception)"
    }

    private var equivarianceReading: String {
        let layers = [(Conv2D.kind, 1, "convolution"), (MaxPool2D.kind, 1, "pooling")]
        let errors = layers.compactMap { kind, network, words in
            error(ofFirst: kind, of: network).map {
                "\(Format.fixed($0, digits: 2)) for the \(names[network])'s first \(words)"
            }
        }
        return errors.isEmpty
            ? "" : "Moved by one pixel, the equivariance error is \(errors.joined(separator: ", "))."
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

    /// The layers whose outputs are images, or the others; without `flatten`, which computes nothing.
    private func layerTable(ofImages: Bool) -> PageTable {
        let measured = names.indices.map { network in results.runs(network).compactMap { $0.translation?.layers } }
        let shifts = Set(measured.joined().joined().map(\.shiftPixels)).sorted()
        let rows = names.indices.flatMap { network -> [[String]] in
            let layers = measured[network].first?.filter { $0.shiftPixels == shifts.first } ?? []
            return layers.filter { ($0.stride != nil) == ofImages && $0.kind != Flatten.kind }.map { layer in
                let errors = shifts.map { shift in
                    let values = measured[network].compactMap { results in
                        results.first { $0.layer == layer.layer && $0.shiftPixels == shift }?.error
                    }
                    return values.isEmpty ? "–" : Format.fixed(SampleStatistics(values).mean, digits: 4)
                }
                return ["\(names[network]) \(layer.layer) \(layer.kind)"] + (layer.stride.map { ["\($0)"] } ?? [])
                    + errors
            }
        }
        let measure = ofImages ? "error" : "change"
        let header =
            ["layer"] + (ofImages ? ["stride (pixels)"] : []) + shifts.map { "\(measure), image moved by \($0)" }
        return PageTable(header: header, rows: rows)
    }
}

extension MeasuredRun.Translation {
    /// The loss of accuracy when images are shifted, the mean over some shifts; nil if one wasn't measured.
    fileprivate func loss(at moves: [Int]) -> Double? {
        func accuracy(_ shift: Int) -> Double? { shifts.first { $0.shiftPixels == shift }?.testAccuracy }
        let moved = moves.compactMap(accuracy)
        guard let still = accuracy(0), !moves.isEmpty, moved.count == moves.count else { return nil }
        return still - moved.reduce(0, +) / Double(moved.count)
    }
}
