package import Collectives
package import GradientReduction
package import Tensors

/// The obvious reduction: every rank receives every shard's gradient and adds them in the order of the tree.
///
/// It is slow, and the oracle of the other reproducible reducers, which must give the same bits.
package final class ReferenceReducer: GradientReducer, @unchecked Sendable {
    private let communicator: any Communicator
    private let plan: ShardPlan
    private let elementCount: Int
    /// As many gradients as the largest number of shards of a rank, so that all ranks send the same amount.
    private let local: AlignedBuffer
    private let gathered: AlignedBuffer
    private let sum: AlignedBuffer
    private var controls: ControlExchange

    private var sentShardCount: Int { plan.shards(ofRank: 0).count }

    /// - Parameters:
    ///   - communicator: The ranks.
    ///   - plan: The shards of each rank.
    ///   - elementCount: Floats in a gradient.
    package init(communicator: any Communicator, plan: ShardPlan, elementCount: Int) {
        self.communicator = communicator
        self.plan = plan
        self.elementCount = elementCount
        let sentCount = plan.shards(ofRank: 0).count * elementCount
        local = AlignedBuffer(count: sentCount)
        gathered = AlignedBuffer(count: sentCount * plan.worldSize)
        sum = AlignedBuffer(count: elementCount)
        controls = ControlExchange(communicator: communicator)
    }
}

// Documented at the protocol.
extension ReferenceReducer {
    package var localShardCount: Int { plan.shards(ofRank: communicator.rank).count }

    package func gradient(ofLocalShard index: Int) -> TensorSlice {
        local.slice[index * elementCount..<(index + 1) * elementCount]
    }

    package func begin(control: ControlRecord) throws(ReductionError) { try controls.start(control) }

    package func markReady(localShard index: Int, from offset: Int) {}

    package func progress() {}

    package func finish() throws(ReductionError) -> ReducedGradient {
        try ReductionError.catching { () throws(CollectiveError) in
            try communicator.allGather(UnsafeRawBufferPointer(local.slice.bytes), into: gathered.slice.bytes)
        }
        let tree = ReductionTree(leafCount: plan.virtualShards)
        sum.slice.copy(from: added(0..<plan.virtualShards, of: tree))
        return ReducedGradient(gradient: sum.slice, controls: try controls.finish())
    }

    private func added(_ node: Range<Int>, of tree: ReductionTree) -> [Float] {
        guard let (left, right) = tree.children(of: node) else { return leaf(node.lowerBound).array }
        return zip(added(left, of: tree), added(right, of: tree)).map { $0 + $1 }
    }

    private func leaf(_ shard: Int) -> TensorSlice {
        for rank in 0..<plan.worldSize where plan.shards(ofRank: rank).contains(shard) {
            let index = rank * sentShardCount + shard - plan.shards(ofRank: rank).lowerBound
            return gathered.slice[index * elementCount..<(index + 1) * elementCount]
        }
        preconditionFailure("shard \(shard) found, 0 ..< \(plan.virtualShards) needed")
    }
}
