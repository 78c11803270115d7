/// A checkpoint was written.
package struct CheckpointRecord: Codable, Equatable, Sendable {
    /// Training steps completed.
    package var step: Int
    /// The current epoch, or the one that has just ended, from 1; 0 before the first step.
    package var epoch: Int
    /// The checkpoint's folder, `step-00000391`.
    package var name: String
    /// Seconds that training waited for it.
    package var waitSeconds: Double
    /// When it happened, in seconds since 1970.
    package var wallTime: Double

    package init(
        step: Int,
        epoch: Int,
        name: String,
        waitSeconds: Double,
        wallTime: Double
    ) {
        self.step = step
        self.epoch = epoch
        self.name = name
        self.waitSeconds = waitSeconds
        self.wallTime = wallTime
    }
}
