/// The coordinates of the random streams for a shard's samples, whatever rank computes it.
package struct SampleCoordinates {
    /// The run's seed.
    package let seed: UInt64
    /// The epoch, from 0.
    package let epoch: Int
    /// The samples' positions in the data set.
    package let samples: ArraySlice<Int32>

    /// The coordinates of a shard.
    package init(seed: UInt64, epoch: Int, samples: ArraySlice<Int32>) {
        self.seed = seed
        self.epoch = epoch
        self.samples = samples
    }
}
