/// What to do when a checkpoint can't be written.
public enum WriteFailureResponse: String, CaseIterable, Sendable {
    /// Warn, keep the older checkpoints, and train on.
    case `continue`
    /// End the run.
    case stop
}

/// The section `checkpoint`: what is kept of the weights.
public struct CheckpointOptions: Sendable {
    /// Write one after every so many steps; nil means never for the count of steps.
    public let everySteps: Int?
    /// Write one after every so many epochs; 1 unless set.
    public let everyEpochs: Int
    /// How many of the newest checkpoints stay; 3 unless set.
    public let keepLast: Int
    /// How many of those with the best test accuracy stay besides; 1 unless set.
    public let keepBest: Int
    /// What to do when one can't be written; `continue` unless set.
    public let onWriteFailure: WriteFailureResponse

    init(_ options: OptionReader) throws(ConfigurationError) {
        everySteps = try options.optionalInteger(
            "everySteps",
            in: 1 ... .max,
            means: "steps between checkpoints; else only those of epochs"
        )
        everyEpochs = try options.integer(
            "everyEpochs",
            default: 1,
            in: 1 ... .max,
            means: "epochs between checkpoints"
        )
        keepLast = try options.integer("keepLast", default: 3, in: 1 ... .max, means: "how many of the newest stay")
        keepBest = try options.integer(
            "keepBest",
            default: 1,
            in: 0 ... .max,
            means: "how many of those with the best test accuracy stay besides"
        )
        onWriteFailure = try options.choice(
            "onWriteFailure",
            default: .continue,
            means: "warn and train on, or end the run"
        )
        try options.finish()
    }
}
