/// The length of a run.
package struct RunPlan: Equatable, Sendable {
    /// The number of epochs.
    package var epochs: Int
    /// Steps of an epoch.
    package var stepsPerEpoch: Int
    /// Steps in total; fewer than the epochs' if the run is limited.
    package var totalSteps: Int
    /// Images of a step, over all ranks.
    package var globalBatchSize: Int

    /// Creates a plan.
    ///
    /// - Parameters:
    ///   - epochs: The number of epochs.
    ///   - stepsPerEpoch: Steps of an epoch.
    ///   - totalSteps: Steps in total; nil for all of the epochs' steps.
    ///   - globalBatchSize: Images of a step, over all ranks.
    package init(epochs: Int, stepsPerEpoch: Int, totalSteps: Int? = nil, globalBatchSize: Int) {
        self.epochs = epochs
        self.stepsPerEpoch = stepsPerEpoch
        self.totalSteps = totalSteps ?? epochs * stepsPerEpoch
        self.globalBatchSize = globalBatchSize
    }

    /// The epoch of a step.
    ///
    /// - Parameter step: Training steps completed.
    /// - Returns: The epoch, from 1; 0 before the first step.
    package func epoch(ofStep step: Int) -> Int { (step + stepsPerEpoch - 1) / stepsPerEpoch }

    /// The seconds until the last step at this rate, without evaluation and checkpoints.
    func secondsLeft(step: Int, imagesPerSecond: Double) -> Double? {
        imagesPerSecond > 0 ? Double((totalSteps - step) * globalBatchSize) / imagesPerSecond : nil
    }
}
