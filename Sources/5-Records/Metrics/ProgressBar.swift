import Formatting

/// The text of the progress bar.
struct ProgressBar {
    private static let barWidths = 10...30

    private let head: String
    private let doneShare: Double
    /// The most important first.
    private let fields: [String]

    init(status: ProgressReporter.Status, plan: RunPlan) {
        let stepInEpoch = status.step - (status.epoch - 1) * plan.stepsPerEpoch
        let left = plan.secondsLeft(step: status.step, imagesPerSecond: status.imagesPerSecond)
        head = "epoch \(status.epoch)/\(plan.epochs)"
        doneShare = Double(stepInEpoch) / Double(plan.stepsPerEpoch)
        fields = [
            ProgressReporter.text(ofSlowRanks: status.slowRanks), "\(stepInEpoch)/\(plan.stepsPerEpoch)",
            "loss \(Format.fixed(status.loss, digits: 4))",
            "accuracy \(Format.fixed(status.accuracy, digits: 3))", left.map { "\(Format.clock($0)) left" },
            "\(Format.grouped(status.imagesPerSecond)) images/s",
        ].compactMap(\.self)
    }

    /// As many fields as fit, and a bar in the remaining space.
    func text(width: Int) -> String {
        let tails = (0...fields.count).reversed().map { fields.prefix($0).map { "  \($0)" }.joined() }
        let rooms = tails.map { width - head.count - " []".count - $0.count }
        guard let best = rooms.firstIndex(where: { $0 >= Self.barWidths.lowerBound }) else {
            return String(head.prefix(max(0, width)))
        }
        return head + " " + bar(width: min(rooms[best], Self.barWidths.upperBound)) + tails[best]
    }

    private func bar(width: Int) -> String {
        let done = min(width, max(0, Int(doneShare * Double(width))))
        let arrow = done < width ? ">" : ""
        return "[" + String(repeating: "=", count: done) + arrow
            + String(repeating: " ", count: width - done - arrow.count) + "]"
    }
}
