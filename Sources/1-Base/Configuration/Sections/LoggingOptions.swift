/// The section `logging`: what is said on the way.
public struct LoggingOptions: Sendable {
    /// Metrics are written after every so many steps; 50 unless set.
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
