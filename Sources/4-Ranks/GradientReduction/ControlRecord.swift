/// What each rank tells the others once a step; it travels with the gradients, without a round trip of its own.
public struct ControlRecord: Equatable, Sendable, BitwiseCopyable {
    /// The training step the gradients belong to.
    public var step: UInt64
    /// The digest of this rank's replica as it was when the step began.
    public var replicaFingerprint: UInt64
    /// Why this rank asks to stop after this step, in the caller's numbers; 0 where it doesn't.
    public var stopReason: UInt64
    /// How long this rank's previous step took.
    public var stepSeconds: Double

    /// - Parameters:
    ///   - step: The training step the gradients belong to.
    ///   - replicaFingerprint: The digest of this rank's replica as it was when the step began.
    ///   - stopReason: Why this rank asks to stop after this step, in the caller's numbers; 0, nothing, by default.
    ///   - stepSeconds: How long this rank's previous step took; 0 by default.
    public init(step: UInt64, replicaFingerprint: UInt64, stopReason: UInt64 = 0, stepSeconds: Double = 0) {
        self.step = step
        self.replicaFingerprint = replicaFingerprint
        self.stopReason = stopReason
        self.stepSeconds = stepSeconds
    }
}
