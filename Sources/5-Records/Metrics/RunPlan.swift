/// How long a run is to be.
public struct RunPlan: Equatable, Sendable {
    /// Epochs to train.
    public var epochs: Int
    /// Steps that an epoch takes.
    public var stepsPerEpoch: Int
    /// Steps to train in all; fewer than the epochs' if the run is cut short.
    public var totalSteps: Int
    /// Images of one step over all ranks.
    public var globalBatchSize: Int

    /// Makes a plan.
    ///
    /// - Parameters:
    ///   - epochs: Epochs to train.
    ///   - stepsPerEpoch: Steps that an epoch takes.
    ///   - totalSteps: Steps to train in all; nil for all of the epochs' steps.
    ///   - globalBatchSize: Images of one step over all ranks.
    public init(epochs: Int, stepsPerEpoch: Int, totalSteps: Int? = nil, globalBatchSize: Int) {
        self.epochs = epochs
        self.stepsPerEpoch = stepsPerEpoch
        self.totalSteps = totalSteps ?? epochs * stepsPerEpoch
        self.globalBatchSize = globalBatchSize
    }

    /// The epoch in which a step falls.
    ///
    /// - Parameter step: Training steps completed.
    /// - Returns: The epoch, from 1; 0 before the first step.
    public func epoch(ofStep step: Int) -> Int { (step + stepsPerEpoch - 1) / stepsPerEpoch }

    /// The time until the last step at this rate, in seconds; evaluation and checkpoints come on top.
    func secondsLeft(step: Int, imagesPerSecond: Double) -> Double? {
        imagesPerSecond > 0 ? Double((totalSteps - step) * globalBatchSize) / imagesPerSecond : nil
    }
}
