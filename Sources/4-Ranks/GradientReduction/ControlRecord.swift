/// What each rank tells the others once a step; it travels with the gradients, without a round trip of its own.
public struct ControlRecord: Equatable, Sendable, BitwiseCopyable {
    /// Conditions that every rank must learn of in the same step.
    public struct Flags: OptionSet, Sendable, BitwiseCopyable {
        /// One bit for each condition.
        public let rawValue: UInt64

        /// - Parameter rawValue: One bit for each condition.
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// A signal or the time limit asks to stop after this step.
        public static let stopRequested = Flags(rawValue: 1)
        /// The loss or a gradient of this rank is not finite.
        public static let notFinite = Flags(rawValue: 2)
    }

    /// The training step the gradients belong to.
    public var step: UInt64
    /// The digest of this rank's replica as it was when the step began.
    public var replicaFingerprint: UInt64
    /// What the other ranks must know.
    public var flags: Flags
    /// How long this rank's previous step took.
    public var stepSeconds: Double

    /// - Parameters:
    ///   - step: The training step the gradients belong to.
    ///   - replicaFingerprint: The digest of this rank's replica as it was when the step began.
    ///   - flags: What the other ranks must know; nothing by default.
    ///   - stepSeconds: How long this rank's previous step took; 0 by default.
    public init(step: UInt64, replicaFingerprint: UInt64, flags: Flags = [], stepSeconds: Double = 0) {
        self.step = step
        self.replicaFingerprint = replicaFingerprint
        self.flags = flags
        self.stepSeconds = stepSeconds
    }
}
