/// A process started the run, or took it up from a checkpoint.
public struct StartRecord: Codable, Equatable, Sendable {
    /// Training steps completed: more than 0 if a checkpoint was taken up.
    public var step: Int
    /// The epoch to go on with, from 1.
    public var epoch: Int
    /// The configuration's name, `cnn` for `cnn.yaml`.
    public var configName: String
    /// The number of ranks.
    public var worldSize: Int
    /// Threads that each rank computes with.
    public var threadsPerRank: Int
    /// Images of one step over all ranks.
    public var globalBatchSize: Int
    /// Steps that an epoch takes.
    public var stepsPerEpoch: Int
    /// When it happened, in seconds since 1970.
    public var wallTime: Double

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
