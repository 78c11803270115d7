/// How a global batch is cut into virtual shards, and which rank computes which.
///
/// The cut depends on the number of shards alone, so that nothing a shard computes depends on the number of ranks.
public struct ShardPlan: Equatable, Sendable {
    /// How many parts each global batch is cut into.
    public let virtualShards: Int
    /// How many ranks share them.
    public let worldSize: Int

    /// - Parameters:
    ///   - virtualShards: How many parts each global batch is cut into, 1 or more.
    ///   - worldSize: How many ranks share them, 1 or more.
    /// - Throws: `ReductionError.moreRanksThanShards`.
    public init(virtualShards: Int, worldSize: Int) throws(ReductionError) {
        precondition(virtualShards > 0, "ShardPlan: \(virtualShards) shards found, 1 or more needed")
        precondition(worldSize > 0, "ShardPlan: \(worldSize) ranks found, 1 or more needed")
        guard worldSize <= virtualShards else {
            throw .moreRanksThanShards(worldSize: worldSize, virtualShards: virtualShards)
        }
        self.virtualShards = virtualShards
        self.worldSize = worldSize
    }

    /// The shards of a rank: contiguous, and one more for the first ranks where the division leaves a rest.
    ///
    /// - Parameter rank: A rank.
    /// - Returns: Shard indices; never empty.
    public func shards(ofRank rank: Int) -> Range<Int> {
        precondition((0..<worldSize).contains(rank), "ShardPlan: rank \(rank) found, 0 ..< \(worldSize) needed")
        return evenPart(rank, of: worldSize, in: virtualShards)
    }

    /// The samples of a shard.
    ///
    /// Sizes differ by one at most, the first shards have the larger ones.
    ///
    /// - Parameters:
    ///   - shard: A shard.
    ///   - sampleCount: The samples in the global batch; with fewer than there are shards, the last shards are empty.
    /// - Returns: Positions in the global batch.
    public func samples(ofShard shard: Int, inBatchOf sampleCount: Int) -> Range<Int> {
        precondition(
            (0..<virtualShards).contains(shard),
            "ShardPlan: shard \(shard) found, 0 ..< \(virtualShards) needed"
        )
        return evenPart(shard, of: virtualShards, in: sampleCount)
    }
}

/// One of `partCount` contiguous parts of `0 ..< total` whose sizes differ by one at most, larger ones first.
func evenPart(_ index: Int, of partCount: Int, in total: Int) -> Range<Int> {
    let (size, rest) = total.quotientAndRemainder(dividingBy: partCount)
    let start = index * size + min(index, rest)
    return start..<start + size + (index < rest ? 1 : 0)
}
