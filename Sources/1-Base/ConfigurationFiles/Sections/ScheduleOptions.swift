/// The section `schedule`: how the learning rate changes over the run.
package struct ScheduleOptions: Sendable {
    /// The shape of the learning rate after the warm-up, in fractions of `optimizer.learningRate`.
    package enum Shape: Equatable, Sendable {
        /// The fraction stays 1.
        case constant
        /// The fraction is multiplied by `factor` after every `epochs` epochs.
        case step(epochs: Int, factor: Double)
        /// The learning rate is multiplied by `factor` after each of the given epochs, as in PyTorch's `MultiStepLR`.
        ///
        /// The epochs are in ascending order.
        case milestones(epochs: [Int], factor: Double)
        /// The fraction falls from 1 to `finalFraction` along half a cosine wave (Loshchilov and Hutter, "SGDR", 2017,
        /// equation 5).
        case cosine(finalFraction: Double)
        /// The fraction rises linearly from `initialFraction` to 1 at `peakFraction` of the run, then falls linearly to
        /// `finalFraction` (Smith and Topin, "Super-Convergence", 2018), as PyTorch's `OneCycleLR` with
        /// `anneal_strategy="linear"`.
        case oneCycle(initialFraction: Double, peakFraction: Double, finalFraction: Double)

        /// Whether the length of the run stretches it, so that a run that is over can't be made longer.
        package var isOfWholeRun: Bool {
            switch self {
            case .constant, .step, .milestones: false
            case .cosine, .oneCycle: true
            }
        }
    }

    private enum Name: String, CaseIterable {
        case constant, step, cosine, oneCycle

        /// The keys that exist for some shapes only.
        var ownKeys: [String] {
            switch self {
            case .constant: ["warmupEpochs"]
            case .step: ["warmupEpochs", "stepEpochs", "milestones", "decayFactor"]
            case .cosine: ["warmupEpochs", "finalFraction"]
            case .oneCycle: ["initialFraction", "peakFraction", "finalFraction"]
            }
        }
    }

    /// The shape; constant unless set.
    package let shape: Shape
    /// Epochs of linear rise at the beginning, by the same amount each step; 0 unless set, and always with `oneCycle`,
    /// which has its own rise.
    package let warmupEpochs: Double

    init(_ options: OptionReader) throws(ConfigurationError) {
        let name: Name = try options.choice(
            "name",
            default: .constant,
            means: "the shape of the learning rate over the run"
        )
        switch name {
        case .constant: shape = .constant
        case .step: shape = try Self.step(options)
        case .cosine:
            shape = .cosine(finalFraction: try Self.finalFraction(options, default: 0))
        case .oneCycle:
            shape = .oneCycle(
                initialFraction: try options.number(
                    "initialFraction",
                    default: 0.04,
                    in: 0...1,
                    means: "first learning rate, as a fraction of optimizer.learningRate"
                ),
                peakFraction: try options.number(
                    "peakFraction",
                    default: 0.3,
                    in: 0...1,
                    means: "fraction of the run until the peak at optimizer.learningRate"
                ),
                finalFraction: try Self.finalFraction(options, default: 4e-6)
            )
        }
        warmupEpochs =
            name == .oneCycle
            ? 0
            : try options.number(
                "warmupEpochs",
                default: 0,
                in: 0...Double(TrainingOptions.largestEpochCount),
                means: "epochs of linear rise to the learning rate"
            )
        try options.finish(name, ownKeys: \.ownKeys)
    }

    private static func step(_ options: OptionReader) throws(ConfigurationError) -> Shape {
        let epochs = 1...TrainingOptions.largestEpochCount
        let factor = try options.number(
            "decayFactor",
            default: 0.1,
            in: .leastNonzeroMagnitude...1,
            means: "factor of the learning rate at each drop"
        )
        let milestones = try options.optionalIntegers(
            "milestones",
            in: epochs,
            means: "the epochs after which the learning rate drops, instead of stepEpochs"
        )
        guard let milestones else {
            let meaning = "epochs from one drop to the next"
            return .step(epochs: try options.integer("stepEpochs", in: epochs, means: meaning), factor: factor)
        }
        guard !options.keys.contains("stepEpochs") else {
            throw options.error("stepEpochs", "found beside milestones", hint: "leave out one of them")
        }
        guard zip(milestones, milestones.dropFirst()).allSatisfy(<) else {
            throw options.error("milestones", "needs rising epochs, found \(milestones)")
        }
        return .milestones(epochs: milestones, factor: factor)
    }

    private static func finalFraction(
        _ options: OptionReader,
        default fallback: Double
    ) throws(ConfigurationError) -> Double {
        try options.number(
            "finalFraction",
            default: fallback,
            in: 0...1,
            means: "last learning rate, as a fraction of optimizer.learningRate"
        )
    }
}
