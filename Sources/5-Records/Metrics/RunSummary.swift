/// summary.json: the result of a run.
package struct RunSummary: Codable, Equatable, Sendable {
    /// The configuration's name, `cnn` for `cnn.yaml`.
    package var configName: String
    /// The run's seed.
    package var seed: Int
    /// Trained values of the network.
    package var parameters: Int
    /// Epochs completed.
    package var epochs: Int
    /// Training steps completed.
    package var steps: Int
    /// Mean training loss of the last epoch; nil if no epoch ended in this process.
    package var trainLoss: Double?
    /// Mean loss of the test images with the final weights; nil if they weren't evaluated.
    package var testLoss: Double?
    /// Fraction of the test images that were classified correctly, 0...1; nil if they weren't evaluated.
    package var testAccuracy: Double?
    /// Mean loss of the validation images with the final weights; nil unless they were evaluated.
    package var validationLoss: Double?
    /// Fraction of the validation images that were classified correctly, 0...1; nil unless they were evaluated.
    package var validationAccuracy: Double?
    /// The best accuracy of all evaluations of the run, on the images that the last one was made on, 0...1; nil if there
    /// was none.
    package var bestAccuracy: Double?
    /// The epoch after which it was measured, from 1; the first of equals.
    package var bestEpoch: Int?
    /// The images it was measured on, which `checkpoints/best` and early stopping chose by: `test` or `validation`.
    package var bestOn: String?
    /// Seconds of all training steps, without evaluation, checkpoints and start-up, over all processes of the run.
    package var wallSeconds: Double
    /// Training images per second in this process, without evaluation and checkpoints.
    package var imagesPerSecond: Double
    /// Seconds that training waited for checkpoints in this process.
    package var checkpointWaitSeconds: Double
    /// What the time went to, since the run's last start; nil in files of older programs.
    package var timeShares: TimeShares?
    /// The number of ranks.
    package var worldSize: Int
    /// Threads of each rank.
    package var threadsPerRank: Int
    /// SHA-256 of the final `model.safetensors`, in hexadecimal; nil if none was written.
    package var weightsSha256: String?
    /// The weights of another training with which the run began, by their absolute path; nil if the seed made them.
    package var initializedFrom: String?
    /// SHA-256 of the file of those weights, in hexadecimal.
    package var initializedFromSha256: String?
    /// Versions of the libraries, by name.
    package var libraries: [String: String]
    /// The commit that the program was built from; nil if it isn't known.
    package var gitCommit: String?
    /// Whether the run reached its last step or ran out of patience.
    package var completed: Bool
    /// Why it ended before its last epoch; nil if it didn't.
    ///
    /// A run that is completed all the same has run out of patience.
    package var stoppedBecause: String?

    package init(
        configName: String,
        seed: Int,
        parameters: Int,
        epochs: Int,
        steps: Int,
        trainLoss: Double? = nil,
        testLoss: Double? = nil,
        testAccuracy: Double? = nil,
        validationLoss: Double? = nil,
        validationAccuracy: Double? = nil,
        bestAccuracy: Double? = nil,
        bestEpoch: Int? = nil,
        bestOn: String? = nil,
        wallSeconds: Double,
        imagesPerSecond: Double,
        checkpointWaitSeconds: Double,
        timeShares: TimeShares? = nil,
        worldSize: Int,
        threadsPerRank: Int,
        weightsSha256: String? = nil,
        initializedFrom: String? = nil,
        initializedFromSha256: String? = nil,
        libraries: [String: String],
        gitCommit: String? = nil,
        completed: Bool,
        stoppedBecause: String? = nil
    ) {
        self.configName = configName
        self.seed = seed
        self.parameters = parameters
        self.epochs = epochs
        self.steps = steps
        self.trainLoss = trainLoss
        self.testLoss = testLoss
        self.testAccuracy = testAccuracy
        self.validationLoss = validationLoss
        self.validationAccuracy = validationAccuracy
        self.bestAccuracy = bestAccuracy
        self.bestEpoch = bestEpoch
        self.bestOn = bestOn
        self.wallSeconds = wallSeconds
        self.imagesPerSecond = imagesPerSecond
        self.checkpointWaitSeconds = checkpointWaitSeconds
        self.timeShares = timeShares
        self.worldSize = worldSize
        self.threadsPerRank = threadsPerRank
        self.weightsSha256 = weightsSha256
        self.initializedFrom = initializedFrom
        self.initializedFromSha256 = initializedFromSha256
        self.libraries = libraries
        self.gitCommit = gitCommit
        self.completed = completed
        self.stoppedBecause = stoppedBecause
    }
}
