/// The result of a step, equal on all ranks unless stated otherwise.
package struct StepResult {
    /// The step's epoch, from 0.
    let epoch: Int
    /// The mean loss over the global batch.
    package let meanLoss: Double
    /// The gradient's global norm before clipping; nil if it wasn't needed.
    let gradientNorm: Float?
    /// The learning rate of the step.
    let learningRate: Double
    /// How long the step took on this rank, in seconds.
    let seconds: Double
    /// How long this rank waited for others after its own gradients, in seconds.
    let waitSeconds: Double
    /// How long each rank took to compute the gradients of the previous step, in seconds, by rank.
    let secondsByRank: [Double]
    /// The processor time of each rank for them, in seconds, by rank.
    let processorSecondsByRank: [Double]
    /// Why the first of the ranks that were asked to stop was asked; nil if none was.
    let stopReason: StopRequest.Reason?
    /// The number of samples in the batch.
    let imageCount: Int
    /// The number of samples that were classified correctly.
    let correctCount: Int
    /// The totals of the epoch that ended with this step; nil if it hasn't ended.
    let epochTotals: TrainingProgress.EpochTotals?
}
