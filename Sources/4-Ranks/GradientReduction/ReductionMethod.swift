public import Collectives

/// How gradients are added up: `parallel.reduction`.
public enum ReductionMethod: String, CaseIterable, Sendable {
    /// In a fixed tree over virtual shards: the same bits on any number of ranks.
    case reproducible
    /// By MPI's own all-reduce, one shard a rank.
    case fast

    /// Which rank computes which shard under this method.
    ///
    /// - Parameters:
    ///   - virtualShards: `parallel.virtualShards`; `fast` has as many shards as ranks instead.
    ///   - worldSize: How many ranks there are.
    /// - Returns: The plan.
    /// - Throws: `ReductionError.moreRanksThanShards`.
    public func shardPlan(virtualShards: Int, worldSize: Int) throws(ReductionError) -> ShardPlan {
        try ShardPlan(virtualShards: self == .fast ? worldSize : virtualShards, worldSize: worldSize)
    }

    /// The best reducer of this method.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - plan: What `shardPlan` gave.
    ///   - buckets: How the gradient is cut.
    ///   - communicator: The ranks.
    /// - Returns: A reducer for all steps of a run.
    /// - Throws: `ReductionError`.
    public func makeReducer(
        plan: ShardPlan,
        buckets: BucketPlan,
        communicator: any Communicator
    ) throws(ReductionError) -> any GradientReducer {
        guard self == .reproducible else { return FastReducer(communicator: communicator, buckets: buckets) }
        return try SharedMemoryReducer(communicator: communicator, plan: plan, buckets: buckets)
            ?? TreeReducer(communicator: communicator, plan: plan, buckets: buckets)
    }
}
