/// The section `training`: batch size, epochs and seed.
package struct TrainingOptions: Sendable {
    /// The largest number of epochs that any key accepts.
    static let largestEpochCount = 1_000_000

    /// Samples of a step, over all ranks; 128 unless set.
    package let globalBatchSize: Int
    /// In how many parts each virtual shard is computed, one after another; 1 unless set.
    package let accumulationSteps: Int
    /// Passes over the training samples, the last of which may be cut short; 6 unless set.
    package let epochs: Int
    /// The length of the run in epochs, a fraction where the last one is cut short.
    private let length: Double
    /// Whether samples that are left over at an epoch's end, fewer than a batch, are left out; false unless set.
    package let dropsLast: Bool
    /// After how many epochs without a better accuracy the run ends early; nil for never.
    package let patience: Int?
    /// The seed of all random numbers of the run; 0 unless set.
    package let seed: UInt64

    init(_ options: OptionReader) throws(ConfigurationError) {
        globalBatchSize = try options.integer(
            "globalBatchSize",
            default: 128,
            in: 1...(1 << 20),
            means: "samples a step, over all ranks together"
        )
        accumulationSteps = try options.integer(
            "accumulationSteps",
            default: 1,
            in: 1...4096,
            means:
                "parts of each virtual shard, computed one after another: less memory, and the bits of so many more shards"
        )
        guard accumulationSteps.nonzeroBitCount == 1 else {
            throw options.error(
                "accumulationSteps",
                "needs a power of two, found \(accumulationSteps)",
                hint: "parts are added in pairs, as shards are"
            )
        }
        length = try options.number(
            "epochs",
            default: 6,
            in: 1...Double(Self.largestEpochCount),
            means: "passes over the training samples; with 9.9 the tenth ends early"
        )
        epochs = Int(length.rounded(.up))
        dropsLast = try options.boolean(
            "dropLast",
            default: false,
            means: "leave out the samples of an epoch's last step if they are fewer than a batch"
        )
        patience = try options.optionalInteger(
            "patience",
            in: 1...Self.largestEpochCount,
            means: "end early after so many epochs without a better accuracy on what evaluation.on names; else never"
        )
        seed = UInt64(
            try options.integer(
                "seed",
                default: 0,
                in: 0 ... .max,
                means: "the seed of weights, sample order, augmentation and dropout"
            )
        )
        try options.finish()
    }

    /// The steps of the whole run.
    ///
    /// - Parameter stepsPerEpoch: Steps of an epoch.
    /// - Returns: Those of all epochs, rounded up.
    package func stepCount(stepsPerEpoch: Int) -> Int {
        Self.stepCount(epochs: length, stepsPerEpoch: stepsPerEpoch)
    }

    /// The steps of a number of epochs, rounded up.
    package static func stepCount(epochs: Double, stepsPerEpoch: Int) -> Int {
        // What binary fractions add to a whole number of steps doesn't make another one.
        Int((epochs * Double(stepsPerEpoch) - 1e-6).rounded(.up))
    }
}
