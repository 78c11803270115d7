package import Collectives
package import ConfigurationFiles

extension Reduction {
    /// Which rank computes which shard.
    ///
    /// - Parameters:
    ///   - virtualShards: `parallel.virtualShards`; `fast` has as many shards as ranks instead.
    ///   - worldSize: How many ranks there are.
    /// - Returns: The plan.
    /// - Throws: `ReductionError.moreRanksThanShards`.
    package func shardPlan(virtualShards: Int, worldSize: Int) throws(ReductionError) -> ShardPlan {
        try ShardPlan(virtualShards: self == .fast ? worldSize : virtualShards, worldSize: worldSize)
    }

    /// The fastest reducer for this kind of reduction.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - plan: What `shardPlan` gave.
    ///   - buckets: How the gradient is cut.
    ///   - communicator: The ranks.
    /// - Returns: A reducer for all steps of a run.
    /// - Throws: `ReductionError`.
    package func makeReducer(
        plan: ShardPlan,
        buckets: BucketPlan,
        communicator: any Communicator
    ) throws(ReductionError) -> any GradientReducer {
        guard self == .reproducible else { return FastReducer(communicator: communicator, buckets: buckets) }
        return try SharedMemoryReducer(communicator: communicator, plan: plan, buckets: buckets)
            ?? TreeReducer(communicator: communicator, plan: plan, buckets: buckets)
    }
}
