/// Divides a global batch into virtual shards, and assigns them to ranks.
///
/// A virtual shard is a micro-batch, unless gradient accumulation divides it further. The division depends on the number of shards only, so what a shard computes doesn't depend on the number of ranks.
package struct ShardPlan: Equatable, Sendable {
    /// The number of parts of each global batch.
    package let virtualShards: Int
    /// The number of ranks that share them.
    package let worldSize: Int

    /// - Parameters:
    ///   - virtualShards: The number of parts of each global batch, at least 1.
    ///   - worldSize: The number of ranks that share them, at least 1.
    /// - Throws: `ReductionError.moreRanksThanShards`.
    package init(virtualShards: Int, worldSize: Int) throws(ReductionError) {
        precondition(virtualShards > 0, "ShardPlan: \(virtualShards) shards found, 1 or more needed")
        precondition(worldSize > 0, "ShardPlan: \(worldSize) ranks found, 1 or more needed")
        guard worldSize <= virtualShards else {
            throw .moreRanksThanShards(worldSize: worldSize, virtualShards: virtualShards)
        }
        self.virtualShards = virtualShards
        self.worldSize = worldSize
    }

    /// The contiguous shards of a rank; if the division leaves a remainder, the first ranks have one more.
    ///
    /// - Parameter rank: A rank.
    /// - Returns: Shard indices; never empty.
    package func shards(ofRank rank: Int) -> Range<Int> {
        precondition((0..<worldSize).contains(rank), "ShardPlan: rank \(rank) found, 0 ..< \(worldSize) needed")
        return evenPart(rank, of: worldSize, in: virtualShards)
    }

    /// The samples of a shard.
    ///
    /// Sizes differ by one at most, and the first shards are the larger ones.
    ///
    /// - Parameters:
    ///   - shard: A shard.
    ///   - sampleCount: The number of samples in the global batch; if it is smaller than that of shards, the last
    ///     shards are empty.
    /// - Returns: Positions in the global batch.
    package func samples(ofShard shard: Int, inBatchOf sampleCount: Int) -> Range<Int> {
        precondition(
            (0..<virtualShards).contains(shard),
            "ShardPlan: shard \(shard) found, 0 ..< \(virtualShards) needed"
        )
        return evenPart(shard, of: virtualShards, in: sampleCount)
    }
}

/// One of `partCount` contiguous parts of `0 ..< total`; sizes differ by one at most, the larger ones first.
func evenPart(_ index: Int, of partCount: Int, in total: Int) -> Range<Int> {
    let (size, rest) = total.quotientAndRemainder(dividingBy: partCount)
    let start = index * size + min(index, rest)
    return start..<start + size + (index < rest ? 1 : 0)
}
