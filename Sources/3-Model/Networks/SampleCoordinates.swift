/// The coordinates of the random streams for a shard's samples, whatever rank computes it.
package struct SampleCoordinates {
    /// The run's seed.
    package let seed: UInt64
    /// The epoch, from 0.
    package let epoch: Int
    /// The samples' positions in the data set.
    package let samples: ArraySlice<Int32>
    /// The sample that follows them in the global batch, whose first follows its last; nil without any sample.
    package let next: Int32?

    /// The coordinates of a shard.
    ///
    /// - Parameters:
    ///   - seed: The run's seed.
    ///   - epoch: From 0.
    ///   - samples: The samples' positions in the data set.
    ///   - next: The sample that follows in the global batch; by default these samples are the whole of it.
    package init(seed: UInt64, epoch: Int, samples: ArraySlice<Int32>, next: Int32? = nil) {
        self.seed = seed
        self.epoch = epoch
        self.samples = samples
        self.next = next ?? samples.first
    }
}
