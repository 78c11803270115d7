/// The section `evaluation`: when, and on what, the network is evaluated during training.
public struct EvaluationOptions: Sendable {
    /// The samples for evaluation.
    public enum Samples: String, CaseIterable, Sendable {
        /// The test samples.
        case test
        /// The training samples that `dataset.validationFraction` sets apart, for choosing between networks or
        /// settings; the test samples then stay unused until the end.
        case validation
    }

    /// The samples for evaluation; `test` unless set.
    public let samples: Samples
    /// Epochs between evaluations; the last epoch is always evaluated; 1 unless set.
    public let everyEpochs: Int

    init(_ options: OptionReader) throws(ConfigurationError) {
        samples = try options.choice(
            "on",
            default: .test,
            means: "samples for evaluation: test, or validation as set apart by dataset.validationFraction"
        )
        everyEpochs = try options.integer(
            "everyEpochs",
            default: 1,
            in: 1 ... .max,
            means: "epochs between evaluations; the last epoch always has one"
        )
        try options.finish()
    }
}
