import Collectives
import ConfigurationFiles
import GradientReduction
import Networks

extension Configuration {
    /// The reducer of a network's gradients.
    ///
    /// Collective: every rank must call this, in the same order.
    func makeReducer(
        for network: Network,
        plan: ShardPlan,
        communicator: any Communicator
    ) throws -> any GradientReducer {
        let buckets = BucketPlan(
            elementCount: network.elementCount,
            boundaries: network.parameters.filter(\.isTrained).map(\.offset),
            bucketBytes: parallel.bucketBytes
        )
        return try parallel.reduction.makeReducer(plan: plan, buckets: buckets, communicator: communicator)
    }
}
