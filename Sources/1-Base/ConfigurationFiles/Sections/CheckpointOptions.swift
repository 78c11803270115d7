/// What to do when a checkpoint can't be written.
package enum WriteFailureResponse: String, CaseIterable, Sendable {
    /// Warn, keep the older checkpoints, and train on.
    case `continue`
    /// End the run.
    case stop
}

/// The section `checkpoint`: when checkpoints are written, and which are kept.
package struct CheckpointOptions: Sendable {
    /// Steps between checkpoints; nil for checkpoints at the ends of epochs only.
    package let everySteps: Int?
    /// Epochs between checkpoints; 1 unless set.
    package let everyEpochs: Int
    /// How many of the newest checkpoints are kept; 3 unless set.
    package let keepLast: Int
    /// How many of those with the best test accuracy are kept in addition; 1 unless set.
    package let keepBest: Int
    /// What to do when a checkpoint can't be written; `continue` unless set.
    package let onWriteFailure: WriteFailureResponse

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
        keepLast = try options.integer("keepLast", default: 3, in: 1 ... .max, means: "how many of the newest are kept")
        keepBest = try options.integer(
            "keepBest",
            default: 1,
            in: 0 ... .max,
            means: "how many of those with the best accuracy on what evaluation.on names are kept in addition"
        )
        onWriteFailure = try options.choice(
            "onWriteFailure",
            default: .continue,
            means: "warn and continue, or end the run"
        )
        try options.finish()
    }
}
