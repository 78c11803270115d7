/// The section `averaging`: a moving average of the weights, which is evaluated and saved in their place.
package struct AveragingOptions: Sendable {
    /// A moving average `a ← d·a + (1 - d)·w` of the weights w, and of the running statistics.
    package struct Rule: Equatable, Sendable {
        /// Whether training goes on from the average: Lookahead.
        package let isTrainedOn: Bool
        /// Steps from one average to the next.
        package let everySteps: Int
        /// The largest d.
        package let decay: Double
        /// The power p of the part of the run that is done, with which d grows to `decay`; 0 for a constant d.
        package let rampPower: Double

        /// The rule's name in configurations.
        package var name: String { isTrainedOn ? Name.lookahead.rawValue : Name.ema.rawValue }
    }

    private enum Name: String, CaseIterable {
        case none, ema, lookahead

        /// The keys that exist for some averages only.
        var ownKeys: [String] { self == .none ? [] : ["everySteps", "decay", "rampPower"] }
    }

    /// The average; nil unless set.
    package let rule: Rule?

    init(_ options: OptionReader) throws(ConfigurationError) {
        let meaning =
            "ema: an exponential moving average; lookahead: training goes on from it; both are evaluated and saved instead"
        let name: Name = try options.choice("name", default: Name.none, means: meaning)
        guard name != .none else {
            rule = nil
            try options.finish(name, ownKeys: \.ownKeys)
            return
        }
        let isLookahead = name == .lookahead
        rule = Rule(
            isTrainedOn: isLookahead,
            everySteps: try options.integer(
                "everySteps",
                default: isLookahead ? 5 : 1,
                in: 1...1_000_000,
                means: "steps from one average to the next"
            ),
            decay: try options.number(
                "decay",
                default: isLookahead ? 0.5 : 0.999,
                in: 0...1.0.nextDown,
                means: "share of the old average in the new one"
            ),
            rampPower: try options.number(
                "rampPower",
                default: 0,
                in: 0...100,
                means: "let the decay grow with this power of the part of the run that is done"
            )
        )
        try options.finish(name, ownKeys: \.ownKeys)
    }
}
