/// The section `evaluation`: when the test set is looked at.
public struct EvaluationOptions: Sendable {
    /// After every so many epochs, and after the last one; 1 unless set.
    public let everyEpochs: Int

    init(_ options: OptionReader) throws(ConfigurationError) {
        everyEpochs = try options.integer(
            "everyEpochs",
            default: 1,
            in: 1 ... .max,
            means: "epochs between evaluations on the test set; the last epoch always has one"
        )
        try options.finish()
    }
}
