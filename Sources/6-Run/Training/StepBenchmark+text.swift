import Metrics

extension StepBenchmark {
    /// The figures for people.
    public var text: String {
        let tables = [summary, partTable] + (layers.map { [Self.table(of: $0)] } ?? [])
        return tables.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var summary: [String] {
        let step = stepMilliseconds
        let share = gigaflopsPerSecond / productGigaflopsPerSecond
        return [
            "\(config): \(Format.count(ranks, "rank")) × \(Format.count(threadsPerRank, "thread")), "
                + "global batch \(globalBatchSize), \(reduction) reduction, \(kernels)",
            "\(Format.grouped(imagesPerSecond)) images/s, \(fixed(gigaflopsPerSecond, digits: 1)) GFLOP/s: "
                + "\(fixed(share, digits: 2)) of the \(fixed(productGigaflopsPerSecond, digits: 1)) GFLOP/s of matrix "
                + "products on all threads at once",
            "step \(fixed(step.median, digits: 2)) ms (quartiles \(fixed(step.lowerQuartile, digits: 2)) and "
                + "\(fixed(step.upperQuartile, digits: 2)), \(fixed(step.minimum, digits: 2)) to "
                + "\(fixed(step.maximum, digits: 2)), \(step.count) steps)",
            "exposed communication \(fixed(exposedCommunicationShare * 100, digits: 1)) % of the step, peak memory of a "
                + "rank \(peakMemoryBytes.map { fixed(Double($0) / 1e6, digits: 0) + " MB" } ?? "unknown")",
        ]
    }

    private var partTable: [String] {
        let rows = profile.parts.map { part in
            let share = part.milliseconds / stepMilliseconds.mean * 100
            return [part.name, fixed(part.milliseconds, digits: 3), fixed(share, digits: 1) + " %"]
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
                layer.name, layer.kind, fixed(layer.forwardMilliseconds, digits: 3),
                fixed(layer.backwardMilliseconds, digits: 3), cell(layer.weightGradientMilliseconds, digits: 3),
                cell(layer.inputGradientMilliseconds, digits: 3), cell(layer.forwardGigaflopsPerSecond, digits: 1),
                cell(layer.backwardGigaflopsPerSecond, digits: 1), cell(layer.shareOfProductRate, digits: 2),
                fixed(layer.megabytesMoved, digits: 1), layer.plan,
            ]
        }
        return TextTable.lines([header] + rows, textColumns: [0, 1, 10])
    }

    private static func cell(_ value: Double?, digits: Int) -> String { value.map { fixed($0, digits: digits) } ?? "" }
}
