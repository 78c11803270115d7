/// A process started the run, or resumed it from a checkpoint.
package struct StartRecord: Codable, Equatable, Sendable {
    /// Training steps completed: more than 0 if the run was resumed.
    package var step: Int
    /// The epoch of the next step, from 1.
    package var epoch: Int
    /// The configuration's name, `cnn` for `cnn.yaml`.
    package var configName: String
    /// The number of ranks.
    package var worldSize: Int
    /// Threads of each rank.
    package var threadsPerRank: Int
    /// Images of a step, over all ranks.
    package var globalBatchSize: Int
    /// Steps of an epoch.
    package var stepsPerEpoch: Int
    /// When it happened, in seconds since 1970.
    package var wallTime: Double

    package init(
        step: Int,
        epoch: Int,
        configName: String,
        worldSize: Int,
        threadsPerRank: Int,
        globalBatchSize: Int,
        stepsPerEpoch: Int,
        wallTime: Double
    ) {
        self.step = step
        self.epoch = epoch
        self.configName = configName
        self.worldSize = worldSize
        self.threadsPerRank = threadsPerRank
        self.globalBatchSize = globalBatchSize
        self.stepsPerEpoch = stepsPerEpoch
        self.wallTime = wallTime
    }
}
