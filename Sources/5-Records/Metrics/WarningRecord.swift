/// Something that the user should know, but that didn't stop the run.
package struct WarningRecord: Codable, Equatable, Sendable {
    /// Training steps completed.
    package var step: Int
    /// What happened, in one sentence.
    package var message: String
    /// When it happened, in seconds since 1970.
    package var wallTime: Double

    package init(
        step: Int,
        message: String,
        wallTime: Double
    ) {
        self.step = step
        self.message = message
        self.wallTime = wallTime
    }
}
