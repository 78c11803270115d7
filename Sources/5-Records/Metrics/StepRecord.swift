/// The training step at the end of a logging interval, measured over all ranks.
public struct StepRecord: Codable, Equatable, Sendable {
    /// Training steps completed.
    public var step: Int
    /// The current epoch, from 1.
    public var epoch: Int
    /// Mean loss of the step's training images.
    public var trainLoss: Double
    /// Fraction of the step's training images that were classified correctly, 0...1.
    public var trainAccuracy: Double
    /// The learning rate of the step.
    public var learningRate: Double
    /// Training images per second, over the interval.
    public var imagesPerSecond: Double
    /// Seconds of training so far, over all processes of the run.
    public var elapsedSeconds: Double
    /// When it happened, in seconds since 1970.
    public var wallTime: Double
    /// Euclidean norm of the step's gradient before clipping; nil if it wasn't computed.
    public var gradientNorm: Double?
    /// The ranks' mean times for a step's gradients over the interval, in seconds; zeros for a run's first step.
    public var rankStepSeconds: StepTimeSummary

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
        rankStepSeconds: StepTimeSummary
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
    }
}
