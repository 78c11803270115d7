/// One pass over the training set, and the evaluation after it.
package struct EpochRecord: Codable, Equatable, Sendable {
    /// Training steps completed.
    package var step: Int
    /// The epoch that ended, from 1.
    package var epoch: Int
    /// Mean loss over the epoch's training images, each with the weights of its own step.
    package var trainLoss: Double
    /// Fraction of the epoch's training images that were classified correctly, 0...1.
    package var trainAccuracy: Double
    /// Mean loss of the test images; nil if this epoch wasn't evaluated.
    package var testLoss: Double?
    /// Fraction of the test images that were classified correctly, 0...1; nil if this epoch wasn't evaluated.
    package var testAccuracy: Double?
    /// Mean loss of the validation images; nil unless they were evaluated.
    package var validationLoss: Double?
    /// Fraction of the validation images that were classified correctly, 0...1; nil unless they were evaluated.
    package var validationAccuracy: Double?
    /// The learning rate of the last step.
    package var learningRate: Double
    /// Training images per second, over the epoch.
    package var imagesPerSecond: Double
    /// Seconds of training so far, over all processes of the run.
    package var elapsedSeconds: Double
    /// Processor seconds of all ranks so far, including evaluation and waiting; nil in logs of older programs.
    package var cpuSeconds: Double?
    /// When it happened, in seconds since 1970.
    package var wallTime: Double
    /// The ranks' mean times for a step's gradients over the epoch, in seconds.
    package var rankStepSeconds: StepTimeSummary

    package init(
        step: Int,
        epoch: Int,
        trainLoss: Double,
        trainAccuracy: Double,
        testLoss: Double? = nil,
        testAccuracy: Double? = nil,
        validationLoss: Double? = nil,
        validationAccuracy: Double? = nil,
        learningRate: Double,
        imagesPerSecond: Double,
        elapsedSeconds: Double,
        cpuSeconds: Double? = nil,
        wallTime: Double,
        rankStepSeconds: StepTimeSummary
    ) {
        self.step = step
        self.epoch = epoch
        self.trainLoss = trainLoss
        self.trainAccuracy = trainAccuracy
        self.testLoss = testLoss
        self.testAccuracy = testAccuracy
        self.validationLoss = validationLoss
        self.validationAccuracy = validationAccuracy
        self.learningRate = learningRate
        self.imagesPerSecond = imagesPerSecond
        self.elapsedSeconds = elapsedSeconds
        self.cpuSeconds = cpuSeconds
        self.wallTime = wallTime
        self.rankStepSeconds = rankStepSeconds
    }
}
