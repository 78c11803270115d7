/// A rank's message to all others, sent with the gradients of each step, so that it costs no round trip of its own.
package struct ControlRecord: Equatable, Sendable, BitwiseCopyable {
    /// The training step of the gradients.
    package var step: UInt64
    /// The digest of this rank's replica at the beginning of the step.
    package var replicaFingerprint: UInt64
    /// Why this rank asks to stop after this step, as a number of the caller; 0 if it doesn't.
    package var stopReason: UInt64
    /// The time that this rank needed for the gradients of its previous step.
    package var stepSeconds: Double
    /// The processor time that it needed for them, over all its threads.
    package var processorSeconds: Double

    /// Creates a record.
    package init(
        step: UInt64,
        replicaFingerprint: UInt64,
        stopReason: UInt64 = 0,
        stepSeconds: Double = 0,
        processorSeconds: Double = 0
    ) {
        self.step = step
        self.replicaFingerprint = replicaFingerprint
        self.stopReason = stopReason
        self.stepSeconds = stepSeconds
        self.processorSeconds = processorSeconds
    }
}
