/// A checkpoint was written.
public struct CheckpointRecord: Codable, Equatable, Sendable {
    /// Training steps completed.
    public var step: Int
    /// The current epoch, or the one that has just ended, from 1; 0 before the first step.
    public var epoch: Int
    /// The checkpoint's folder, `step-00000391`.
    public var name: String
    /// Seconds that training waited for it.
    public var waitSeconds: Double
    /// When it happened, in seconds since 1970.
    public var wallTime: Double

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
