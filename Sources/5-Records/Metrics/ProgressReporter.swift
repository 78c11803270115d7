import Console
import Formatting

/// Prints the progress of a run: a progress bar on a terminal, plain lines elsewhere.
///
/// The bar is redrawn in place and the cursor is never hidden, so that a killed run leaves the terminal usable.
package final class ProgressReporter {
    /// The values in the bar.
    package struct Status: Equatable, Sendable {
        /// Training steps completed.
        package var step: Int
        /// The current epoch, from 1.
        package var epoch: Int
        /// Recent mean training loss.
        package var loss: Double
        /// Recent training accuracy, 0...1.
        package var accuracy: Double
        /// Recent training images per second.
        package var imagesPerSecond: Double
        /// Ranks that are slower than the others, in ascending order.
        package var slowRanks: [Int]

        /// The state of training after a step.
        package init(
            step: Int,
            epoch: Int,
            loss: Double,
            accuracy: Double,
            imagesPerSecond: Double,
            slowRanks: [Int] = []
        ) {
            self.step = step
            self.epoch = epoch
            self.loss = loss
            self.accuracy = accuracy
            self.imagesPerSecond = imagesPerSecond
            self.slowRanks = slowRanks
        }
    }

    private static let secondsBetweenDrawings = 0.1

    private let plan: RunPlan
    private let detail: ProgressDetail
    private let timestamp: () -> String
    private let columns: () -> Int?
    private let write: (String) -> Void
    /// When the visible bar was drawn; nil if there is none.
    private var drawnAtSeconds: Double?

    /// Creates a reporter.
    ///
    /// - Parameters:
    ///   - plan: The length of the run.
    ///   - detail: How much is printed. Default: the usual.
    ///   - timestamp: The beginning of a line if the output is not a terminal. Default: date and time.
    ///   - columns: The terminal's current width; nil if the output is not a terminal. Default: that of standard
    ///     output.
    ///   - write: Prints text immediately. Default: to standard output.
    package init(
        plan: RunPlan,
        detail: ProgressDetail = .usual,
        timestamp: @escaping () -> String = { Terminal.timestamp() },
        columns: @escaping () -> Int? = { Terminal.columns() },
        write: @escaping (String) -> Void = Terminal.write
    ) {
        self.plan = plan
        self.detail = detail
        self.timestamp = timestamp
        self.columns = columns
        self.write = write
    }

    /// Draws the bar on a terminal, at most ten times per second; does nothing elsewhere.
    ///
    /// - Parameters:
    ///   - status: The state of training.
    ///   - seconds: The current time, on a clock that doesn't go backwards.
    package func show(_ status: Status, atSeconds seconds: Double) {
        guard detail == .usual || detail == .verbose else { return }
        if let drawnAtSeconds, seconds - drawnAtSeconds < Self.secondsBetweenDrawings { return }
        guard let columns = columns() else { return }
        // The last column stays empty: text in it would start a new line on some terminals.
        write("\r" + ProgressBar(status: status, plan: plan).text(width: columns - 1) + "\u{1B}[K")
        drawnAtSeconds = seconds
    }

    /// Prints the line of an event: a logging interval (plain output only), an epoch, a warning or an early stop.
    ///
    /// - Parameter event: The event.
    package func report(_ event: RunEvent) {
        if detail == .json {
            if let json = try? JSON.data(event) { write(String(decoding: json, as: UTF8.self) + "\n") }
            return
        }
        switch event {
        case .step(let record):
            if detail == .verbose || columns() == nil { tell(line(of: record)) }
        case .epoch(let record): tell(line(of: record))
        case .slowRank(let record):
            let what = "rank \(record.rank) on \(record.host)"
            if let reason = record.reason {
                let factor = Format.fixed(record.factor, digits: 2)
                warn("step \(record.step): \(what) takes \(factor) times as long as the median rank: \(reason)")
            } else {
                tell("step \(record.step): \(what) has recovered")
            }
        case .warning(let record): warn(record.step > 0 ? "step \(record.step): \(record.message)" : record.message)
        case .stop(let record):
            if let reason = record.reason {
                printLine(
                    record.completed
                        ? "ended early after epoch \(record.epoch): \(reason)"
                        : "stopped after step \(record.step): \(reason); the same command continues"
                )
            }
        case .checkpoint(let record):
            guard detail == .verbose else { return }
            tell("checkpoint \(record.name), waited for \(Format.fixed(record.waitSeconds, digits: 3)) s")
        case .start: break
        }
    }

    /// Prints a line above the bar, unless the run is quiet or prints JSON.
    ///
    /// - Parameter line: The text, without a line break.
    package func tell(_ line: String) {
        if detail == .usual || detail == .verbose { printLine(line) }
    }

    /// Prints a warning above the bar; with JSON it goes to standard error.
    ///
    /// - Parameter message: The text, without a line break.
    package func warn(_ message: String) {
        if detail == .json {
            StandardStream.error.tellLine("swift-dp-train: warning: \(message)")
        } else {
            printLine("warning: \(message)")
        }
    }

    private func printLine(_ line: String) {
        finish()
        write((columns() == nil ? timestamp() + " " : "") + line + "\n")
    }

    /// Removes the bar from the terminal; the next `show` draws it again.
    package func finish() {
        if drawnAtSeconds != nil { write("\r\u{1B}[K") }
        drawnAtSeconds = nil
    }

    private func line(of record: StepRecord) -> String {
        let left = plan.secondsLeft(step: record.step, imagesPerSecond: record.imagesPerSecond)
        return [
            "epoch \(record.epoch)/\(plan.epochs)", "step \(record.step)/\(plan.totalSteps)",
            "loss \(Format.fixed(record.trainLoss, digits: 4))",
            "accuracy \(Format.fixed(record.trainAccuracy, digits: 4))",
            "\(Format.grouped(record.imagesPerSecond)) images/s", left.map { "\(Format.clock($0)) left" },
            Self.text(ofSlowRanks: record.slowRanks ?? []),
        ].compactMap(\.self).joined(separator: "  ")
    }

    /// For example `slow: ranks 3, 7`; nil if there are none.
    static func text(ofSlowRanks ranks: [Int]) -> String? {
        guard !ranks.isEmpty else { return nil }
        return "slow: rank\(ranks.count == 1 ? "" : "s") \(ranks.map(String.init).joined(separator: ", "))"
    }

    /// The line fits a terminal of 80 columns.
    private func line(of record: EpochRecord) -> String {
        func figures(_ loss: Double, _ accuracy: Double) -> String {
            "loss \(Format.fixed(loss, digits: 4)) acc \(Format.fixed(accuracy, digits: 4))"
        }
        var fields = ["epoch \(record.epoch)/\(plan.epochs)", figures(record.trainLoss, record.trainAccuracy)]
        if let evaluation = record.evaluation {
            fields.append("\(evaluation.samples) " + figures(evaluation.loss, evaluation.accuracy))
        }
        return (fields + [Format.clock(record.elapsedSeconds)]).joined(separator: "  ")
    }
}
