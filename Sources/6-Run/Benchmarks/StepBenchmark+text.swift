import Formatting
import Metrics

extension StepBenchmark {
    /// The results as text.
    package var text: String {
        let tables = [summary, partTable] + (layers.map { [Self.table(of: $0)] } ?? [])
        return tables.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var summary: [String] {
        let step = stepMilliseconds
        let share = gigaflopsPerSecond / productGigaflopsPerSecond
        return [
            "\(config): \(Format.count(ranks, "rank")) × \(Format.count(threadsPerRank, "thread")), "
                + "global batch \(globalBatchSize), \(reduction) reduction, \(kernels)",
            "\(Format.grouped(imagesPerSecond)) images/s, \(Format.fixed(gigaflopsPerSecond, digits: 1)) GFLOP/s: "
                + "\(Format.fixed(share, digits: 2)) of the \(Format.fixed(productGigaflopsPerSecond, digits: 1)) GFLOP/s of matrix "
                + "products on all threads at once",
            "step \(Format.fixed(step.median, digits: 2)) ms (quartiles \(Format.fixed(step.lowerQuartile, digits: 2)) and "
                + "\(Format.fixed(step.upperQuartile, digits: 2)), \(Format.fixed(step.minimum, digits: 2)) to "
                + "\(Format.fixed(step.maximum, digits: 2)), \(step.count) steps)",
            "exposed communication \(Format.fixed(exposedCommunicationShare * 100, digits: 1)) % of the step, peak memory of a "
                + "rank \(peakMemoryBytes.map { Format.fixed(Double($0) / 1e6, digits: 0) + " MB" } ?? "unknown")",
        ]
    }

    private var partTable: [String] {
        let rows = profile.parts.map { part in
            let share = part.milliseconds / stepMilliseconds.mean * 100
            return [part.name, Format.fixed(part.milliseconds, digits: 3), Format.fixed(share, digits: 1) + " %"]
        }
        return TextTable.lines([["part of a step", "ms", "share"]] + rows, textColumns: [0])
    }

    private static func table(of layers: [LayerRow]) -> [String] {
        let header = [
            "layer", "kind", "forward ms", "backward ms", "weights", "input", "GFLOP/s forward", "backward",
            "of products", "MB moved", "how",
        ]
        let rows = layers.map { layer in
            [
                layer.name, layer.kind, Format.fixed(layer.forwardMilliseconds, digits: 3),
                Format.fixed(layer.backwardMilliseconds, digits: 3), cell(layer.weightGradientMilliseconds, digits: 3),
                cell(layer.inputGradientMilliseconds, digits: 3), cell(layer.forwardGigaflopsPerSecond, digits: 1),
                cell(layer.backwardGigaflopsPerSecond, digits: 1), cell(layer.shareOfProductRate, digits: 2),
                Format.fixed(layer.megabytesMoved, digits: 1), layer.plan,
            ]
        }
        return TextTable.lines([header] + rows, textColumns: [0, 1, 10])
    }

    private static func cell(_ value: Double?, digits: Int) -> String {
        value.map { Format.fixed($0, digits: digits) } ?? ""
    }
}
