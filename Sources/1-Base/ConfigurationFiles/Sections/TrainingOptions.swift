/// The section `training`: batch size, epochs and seed.
package struct TrainingOptions: Sendable {
    /// The largest number of epochs that any key accepts.
    static let largestEpochCount = 1_000_000

    /// Samples of a step, over all ranks; 128 unless set.
    package let globalBatchSize: Int
    /// In how many parts each virtual shard is computed, one after another; 1 unless set.
    package let accumulationSteps: Int
    /// Passes over the training samples; 6 unless set.
    package let epochs: Int
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
        epochs = try options.integer(
            "epochs",
            default: 6,
            in: 1...Self.largestEpochCount,
            means: "passes over the training samples"
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
}
