/// The section `logging`: progress logging.
package struct LoggingOptions: Sendable {
    /// Steps between two records of metrics; 50 unless set.
    package let everySteps: Int

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
