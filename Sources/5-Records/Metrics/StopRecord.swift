/// The process stopped regularly.
package struct StopRecord: Codable, Equatable, Sendable {
    /// Training steps completed.
    package var step: Int
    /// The current epoch, or the one that has just ended, from 1.
    package var epoch: Int
    /// Whether the run reached its last step or ran out of patience.
    package var completed: Bool
    /// Why it stopped before its last step or epoch; nil if it didn't.
    ///
    /// A completed run has a reason if it ran out of patience.
    package var reason: String?
    /// Seconds of training so far, over all processes of the run.
    package var elapsedSeconds: Double
    /// When it happened, in seconds since 1970.
    package var wallTime: Double

    package init(
        step: Int,
        epoch: Int,
        completed: Bool,
        reason: String? = nil,
        elapsedSeconds: Double,
        wallTime: Double
    ) {
        self.step = step
        self.epoch = epoch
        self.completed = completed
        self.reason = reason
        self.elapsedSeconds = elapsedSeconds
        self.wallTime = wallTime
    }
}
