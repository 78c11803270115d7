/// The section `training`: batch size, epochs and seed.
public struct TrainingOptions: Sendable {
    /// The largest number of epochs that any key accepts.
    static let largestEpochCount = 1_000_000

    /// Samples of a step, over all ranks; 128 unless set.
    public let globalBatchSize: Int
    /// Passes over the training samples; 6 unless set.
    public let epochs: Int
    /// The seed of all random numbers of the run; 0 unless set.
    public let seed: UInt64

    init(_ options: OptionReader) throws(ConfigurationError) {
        globalBatchSize = try options.integer(
            "globalBatchSize",
            default: 128,
            in: 1...(1 << 20),
            means: "samples a step, over all ranks together"
        )
        epochs = try options.integer(
            "epochs",
            default: 6,
            in: 1...Self.largestEpochCount,
            means: "passes over the training samples"
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
