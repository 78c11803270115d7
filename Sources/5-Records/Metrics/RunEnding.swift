import Formatting

/// What a run prints at its end: its results, its folder, and the next commands.
package struct RunEnding {
    /// The lines.
    package let text: String

    /// Reads a run's folder.
    ///
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - configuration: The configuration as the user gave it, for the next commands.
    /// - Throws: `MetricsError`.
    package init(folder: String, configuration: String) throws(MetricsError) {
        let summary = try RunSummary(path: folder + "/summary.json")
        let epochs = try MetricsLog.events(path: folder + "/metrics.jsonl").compactMap { event in
            if case .epoch(let record) = event { record } else { nil }
        }
        self.init(summary: summary, epochs: epochs, folder: folder, configuration: configuration)
    }

    package init(summary: RunSummary, epochs: [EpochRecord], folder: String, configuration: String) {
        let run = Self.quoted(folder)
        let program = "  swift-dp-train"
        text =
            ([
                Self.result(summary, epochs), "in \(folder): checkpoints, metrics.jsonl, summary.json; next:",
                "\(program) evaluate --checkpoint \(run)",
                "\(program) explain --checkpoint \(run) --output \(Self.quoted(folder + "/explained"))",
                "\(program) \(Self.quoted(configuration)) --run-dir \(run) --set training.epochs=\(max(1, summary.epochs) * 2)",
            ]).joined(separator: "\n")
    }

    private static func result(_ summary: RunSummary, _ epochs: [EpochRecord]) -> String {
        var fields: [String] = []
        if let evaluation = summary.evaluation {
            let accuracy = Format.fixed(evaluation.accuracy, digits: 4)
            fields.append("\(evaluation.samples) accuracy \(accuracy) after epoch \(summary.epochs)")
        }
        let evaluations = epochs.compactMap { record in record.evaluation.map { (epoch: record.epoch, $0.accuracy) } }
        if let best = evaluations.max(by: { $0.1 < $1.1 }), best.epoch != summary.epochs {
            fields.append("best \(Format.fixed(best.1, digits: 4)) after epoch \(best.epoch)")
        }
        return (fields + ["\(Format.grouped(summary.imagesPerSecond)) images/s", Format.clock(summary.wallSeconds)])
            .joined(separator: ", ")
    }

    /// A word quoted for a shell.
    package static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./=,:+@%".contains($0)) }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
