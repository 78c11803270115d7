/// The section `evaluation`: when, and on what, a network is tested while it is trained.
public struct EvaluationOptions: Sendable {
    /// What a network can be tested on.
    public enum Samples: String, CaseIterable, Sendable {
        /// The test samples.
        case test
        /// The training samples that `dataset.validationFraction` sets apart: to choose by, so that the test set stays new.
        case validation
    }

    /// What a network is tested on; `test` unless set.
    public let samples: Samples
    /// After every so many epochs, and after the last one; 1 unless set.
    public let everyEpochs: Int

    init(_ options: OptionReader) throws(ConfigurationError) {
        samples = try options.choice(
            "on",
            default: .test,
            means: "what is evaluated on while training: test, or what dataset.validationFraction sets apart"
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
