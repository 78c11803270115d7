/// What one step gives, on every rank alike.
package struct StepResult {
    /// The epoch that the step is of, from 0.
    let epoch: Int
    /// The mean loss over the global batch.
    package let meanLoss: Double
    /// The gradient's global norm before clipping, where it was needed.
    let gradientNorm: Float?
    /// The step size used.
    let learningRate: Double
    /// How long the step took on this rank, in seconds.
    let seconds: Double
    /// How long each rank took to compute the previous step's gradients, in seconds, by rank.
    let secondsByRank: [Double]
    /// Why the first of the ranks that were asked to stop was; nil where none was.
    let stopReason: StopRequest.Reason?
    /// How many samples the step trained on.
    let imageCount: Int
    /// How many of them were answered correctly.
    let correctCount: Int
    /// The sums over the epoch that ended with the step; nil where it goes on.
    let epochTotals: TrainingProgress.EpochTotals?
}
