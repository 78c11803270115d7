import Formatting

/// What a run prints at its end: its results, its folder, and the next commands.
package struct RunEnding {
    /// The lines.
    package let text: String

    /// What the run was started with, for the command that continues it.
    package struct Start {
        let configuration: String
        let overrides: [String]
        let plannedEpochs: Int
        let patience: Int?
        package var hasScheduleOfWholeRun: Bool

        /// - Parameters:
        ///   - configuration: The configuration's file as the user gave it.
        ///   - overrides: Texts `key.path=value`, in order.
        ///   - plannedEpochs: `training.epochs`; fewer were trained where the run was to stop sooner.
        ///   - patience: `training.patience`.
        ///   - hasScheduleOfWholeRun: Whether the length of the run stretches the schedule: then the weights can go into a
        ///     new run, but the run can't be made longer.
        package init(
            configuration: String,
            overrides: [String],
            plannedEpochs: Int,
            patience: Int?,
            hasScheduleOfWholeRun: Bool = false
        ) {
            self.configuration = configuration
            self.overrides = overrides
            self.plannedEpochs = plannedEpochs
            self.patience = patience
            self.hasScheduleOfWholeRun = hasScheduleOfWholeRun
        }

        /// The configuration and the settings that go on from where the run ended: to the epochs that were planned or,
        /// where these are trained, to twice as many.
        fileprivate func continuation(of summary: RunSummary, into run: String) -> String {
            let change: (key: String, value: Int)? =
                if summary.stoppedBecause != nil, let patience {
                    ("training.patience", patience * 2)
                } else if summary.epochs < plannedEpochs {
                    nil
                } else {
                    ("training.epochs", max(1, summary.epochs) * 2)
                }
            if change?.key == "training.epochs", hasScheduleOfWholeRun {
                let settings = overrides.map { "--set " + RunEnding.quoted($0) }
                return
                    ([RunEnding.quoted(configuration), "--initialize-from", run, "--run-dir", "\(run)-next"] + settings)
                    .joined(separator: " ")
            }
            let kept = overrides.filter { text in change.map { !text.hasPrefix($0.key + "=") } ?? true }
            let settings = kept + (change.map { ["\($0.key)=\($0.value)"] } ?? [])
            return
                ([RunEnding.quoted(configuration), "--run-dir", run] + settings.map { "--set " + RunEnding.quoted($0) })
                .joined(separator: " ")
        }
    }

    /// Reads a run's folder.
    ///
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - start: What the run was started with.
    /// - Throws: `MetricsError`.
    package init(folder: String, start: Start) throws(MetricsError) {
        let summary = try RunSummary(path: folder + "/" + RunSummary.fileName)
        let epochs = try MetricsLog.events(path: folder + "/" + MetricsLog.fileName).compactMap { event in
            if case .epoch(let record) = event { record } else { nil }
        }
        self.init(summary: summary, epochs: epochs, folder: folder, start: start)
    }

    package init(summary: RunSummary, epochs: [EpochRecord], folder: String, start: Start) {
        let run = Self.quoted(folder)
        let program = "  swift-dp-train"
        text =
            ([
                Self.result(summary, epochs), summary.timeShares?.line(worldSize: summary.worldSize),
                "in \(folder): checkpoints, metrics.jsonl, summary.json; next:",
                "\(program) evaluate --checkpoint \(run)",
                "\(program) explain --checkpoint \(run) --output \(Self.quoted(folder + "/explained"))",
                "\(program) \(start.continuation(of: summary, into: run))",
            ] as [String?]).compactMap(\.self).joined(separator: "\n")
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
