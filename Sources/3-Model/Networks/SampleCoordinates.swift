/// The coordinates of the random streams for a shard's samples, whatever rank computes it.
public struct SampleCoordinates {
    /// The run's seed.
    public let seed: UInt64
    /// The epoch, from 0.
    public let epoch: Int
    /// The samples' positions in the data set.
    public let samples: ArraySlice<Int32>

    /// The coordinates of a shard.
    public init(seed: UInt64, epoch: Int, samples: ArraySlice<Int32>) {
        self.seed = seed
        self.epoch = epoch
        self.samples = samples
    }
}
