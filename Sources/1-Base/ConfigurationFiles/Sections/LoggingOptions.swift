/// The section `logging`: progress logging.
public struct LoggingOptions: Sendable {
    /// Steps between two records of metrics; 50 unless set.
    public let everySteps: Int

    init(_ options: OptionReader) throws(ConfigurationError) {
        everySteps = try options.integer(
            "everySteps",
            default: 50,
            in: 1 ... .max,
            means: "steps between lines of metrics"
        )
        try options.finish()
    }
}
