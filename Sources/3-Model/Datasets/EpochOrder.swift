import Tensors

/// The order in which one epoch visits its samples, cut into global batches: a pure function of seed and epoch.
package struct EpochOrder: Sendable {
    private let samples: [Int32]

    /// The shuffled order of one epoch of training.
    ///
    /// - Parameters:
    ///   - sampleCount: The number of training samples.
    ///   - seed: The run's seed.
    ///   - epoch: From 0.
    package init(sampleCount: Int, seed: UInt64, epoch: Int) {
        var stream = RandomStream(seed: seed, purpose: .sampleOrder, epoch: epoch)
        samples = stream.permutation(of: sampleCount)
    }

    /// The samples in their stored order, for evaluation.
    ///
    /// - Parameter sampleCount: The number of samples.
    package init(sequential sampleCount: Int) {
        samples = Array(0..<Int32(sampleCount))
    }

    /// The number of batches in an epoch.
    ///
    /// - Parameter size: Samples in each batch but the last.
    /// - Returns: The number of batches, including a smaller last one.
    package func batchCount(ofSize size: Int) -> Int {
        (samples.count + size - 1) / size
    }

    /// The samples of one global batch.
    ///
    /// - Parameters:
    ///   - index: From 0, below `batchCount(ofSize:)`.
    ///   - size: Samples in each batch but the last.
    /// - Returns: Indices into the image set; fewer than `size` in an epoch's last batch.
    package func batch(_ index: Int, ofSize size: Int) -> ArraySlice<Int32> {
        precondition(
            (0..<batchCount(ofSize: size)).contains(index),
            "EpochOrder: batch \(index) found, below \(batchCount(ofSize: size)) needed"
        )
        return samples[(index * size)..<min((index + 1) * size, samples.count)]
    }
}
