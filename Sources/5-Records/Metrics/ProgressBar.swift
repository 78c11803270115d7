import Formatting

/// The text of the progress bar.
struct ProgressBar {
    private static let barWidths = 10...30

    private let head: String
    private let plan: RunPlan
    private let stepInEpoch: Int
    /// The most important first.
    private let fields: [String]

    init(status: ProgressReporter.Status, plan: RunPlan) {
        self.plan = plan
        stepInEpoch = status.step - (status.epoch - 1) * plan.stepsPerEpoch
        let left = plan.secondsLeft(step: status.step, imagesPerSecond: status.imagesPerSecond)
        head = "epoch \(status.epoch)/\(plan.epochs)"
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
        let barWidth = min(rooms[best], Self.barWidths.upperBound)
        let bar = Format.bar(done: stepInEpoch, of: plan.stepsPerEpoch, width: barWidth, tip: ">")
        return head + " " + bar + tails[best]
    }
}
