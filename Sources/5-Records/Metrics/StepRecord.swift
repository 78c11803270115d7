/// The training step at the end of a logging interval, measured over all ranks.
package struct StepRecord: Codable, Equatable, Sendable {
    /// Training steps completed.
    package var step: Int
    /// The current epoch, from 1.
    package var epoch: Int
    /// Mean loss of the step's training images.
    package var trainLoss: Double
    /// Fraction of the step's training images that were classified correctly, 0...1.
    package var trainAccuracy: Double
    /// The learning rate of the step.
    package var learningRate: Double
    /// Training images per second, over the interval.
    package var imagesPerSecond: Double
    /// Seconds of training so far, over all processes of the run.
    package var elapsedSeconds: Double
    /// When it happened, in seconds since 1970.
    package var wallTime: Double
    /// Euclidean norm of the step's gradient before clipping; nil if it wasn't computed.
    package var gradientNorm: Double?
    /// The ranks' mean times for a step's gradients over the interval, in seconds; zeros for a run's first step.
    package var rankStepSeconds: StepTimeSummary
    /// Ranks that are slower than the others, in ascending order; nil if there are none.
    package var slowRanks: [Int]?

    package init(
        step: Int,
        epoch: Int,
        trainLoss: Double,
        trainAccuracy: Double,
        learningRate: Double,
        imagesPerSecond: Double,
        elapsedSeconds: Double,
        wallTime: Double,
        gradientNorm: Double? = nil,
        rankStepSeconds: StepTimeSummary,
        slowRanks: [Int]? = nil
    ) {
        self.step = step
        self.epoch = epoch
        self.trainLoss = trainLoss
        self.trainAccuracy = trainAccuracy
        self.learningRate = learningRate
        self.imagesPerSecond = imagesPerSecond
        self.elapsedSeconds = elapsedSeconds
        self.wallTime = wallTime
        self.gradientNorm = gradientNorm
        self.rankStepSeconds = rankStepSeconds
        self.slowRanks = slowRanks
    }
}
