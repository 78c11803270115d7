package import Collectives
package import Tensors

/// The reproducible reduction between machines.
///
/// For every bucket, each rank sums its shards up to complete nodes of the tree and sends to every other rank the slice
/// that this rank owns. The owners add the received nodes in the order of the tree, and the sums are gathered on all
/// ranks.
package final class TreeReducer: GradientReducer, @unchecked Sendable {
    /// The collectives of a step, in the order in which all ranks start them.
    private enum Action {
        case exchange(bucket: Int)
        case gather(bucket: Int)
    }

    private let communicator: any Communicator
    private let leaves: LeafBuffers
    private let buckets: [BucketExchange]
    private let schedule: [Action]
    /// The sums of this rank's complete nodes over their shards, and of the whole tree over all ranks' nodes.
    private let partialTreeSums: [TreeSum]
    private let treeSum: TreeSum
    private let ownNodes: Range<Int>
    private let nodeInputs: TreeSum.Inputs
    private let partialSums, received, sum: AlignedBuffer
    private let ready: ReadyMarks
    private let bucketStarts: [Int]
    private var controls: ControlExchange
    private var nextAction = 0
    private var exchanges, gathers: [PendingCollective]

    /// - Parameters:
    ///   - communicator: The ranks.
    ///   - plan: The shards of each rank.
    ///   - buckets: The buckets of the gradient.
    package init(communicator: any Communicator, plan: ShardPlan, buckets: BucketPlan) {
        let rank = communicator.rank
        let tree = ReductionTree(leafCount: plan.virtualShards)
        let nodes = (0..<plan.worldSize).map { tree.completeNodes(within: plan.shards(ofRank: $0)) }
        let nodeCounts = nodes.map(\.count)
        let firstOwn = nodeCounts[..<rank].reduce(0, +)
        let shards = plan.shards(ofRank: rank)
        var received = 0
        self.buckets = buckets.buckets.map { bucket in
            let exchange = BucketExchange(bucket, nodeCounts: nodeCounts, rank: rank, receivedStart: received)
            received += exchange.slices[rank].count * exchange.receivedStarts.count
            return exchange
        }
        self.communicator = communicator
        bucketStarts = buckets.buckets.map(\.lowerBound)
        schedule = Self.schedule(bucketCount: buckets.buckets.count)
        leaves = LeafBuffers(count: shards.count, elementCount: buckets.elementCount)
        partialTreeSums = nodes[rank].map { TreeSum(tree, root: $0, inputs: shards.map { $0..<$0 + 1 }) }
        treeSum = TreeSum(tree, root: 0..<plan.virtualShards, inputs: nodes.flatMap(\.self))
        ownNodes = firstOwn..<firstOwn + nodeCounts[rank]
        nodeInputs = .allocate(capacity: nodeCounts.reduce(0, +))
        partialSums = AlignedBuffer(count: buckets.elementCount * nodeCounts[rank])
        self.received = AlignedBuffer(count: received)
        sum = AlignedBuffer(count: buckets.elementCount)
        ready = ReadyMarks(shardCount: shards.count, elementCount: buckets.elementCount)
        controls = ControlExchange(communicator: communicator)
        exchanges = []
        gathers = []
        exchanges.reserveCapacity(buckets.buckets.count)
        gathers.reserveCapacity(buckets.buckets.count)
    }

    deinit { nodeInputs.deallocate() }

    /// The gather of a bucket comes after the exchange of the next one, so that both are pending at the same time.
    private static func schedule(bucketCount: Int) -> [Action] {
        (0...bucketCount).flatMap { index -> [Action] in
            (index < bucketCount ? [.exchange(bucket: index)] : []) + (index > 0 ? [.gather(bucket: index - 1)] : [])
        }
    }
}

// Documented at the protocol.
extension TreeReducer {
    package var localShardCount: Int { leaves.count }

    package func gradient(ofLocalShard index: Int) -> TensorSlice { leaves[index] }

    package func begin(control: ControlRecord) throws(ReductionError) {
        ready.reset()
        nextAction = 0
        exchanges.removeAll(keepingCapacity: true)
        gathers.removeAll(keepingCapacity: true)
        try controls.start(control)
    }

    package func markReady(localShard index: Int, from offset: Int) { ready.mark(shard: index, from: offset) }

    package func progress() throws(ReductionError) {
        try ReductionError.catching { () throws(CollectiveError) in
            try advance()
            try communicator.answerAlarm()
        }
    }

    package func finish() throws(ReductionError) -> ReducedGradient {
        precondition(ready.areReady(from: 0), "finish: a shard's gradient is not ready from 0")
        try ReductionError.catching { () throws(CollectiveError) in
            try advance()
            while nextAction < schedule.count {
                guard case .gather(let bucket) = schedule[nextAction] else { break }
                try communicator.wait(for: &exchanges[bucket])
                try advance()
            }
            for bucket in gathers.indices { try communicator.wait(for: &gathers[bucket]) }
        }
        return ReducedGradient(gradient: sum.slice, controls: try controls.finish())
    }
}

extension TreeReducer {
    /// Makes every step of the schedule that doesn't have to wait.
    private func advance() throws(CollectiveError) {
        while nextAction < schedule.count {
            switch schedule[nextAction] {
            case .exchange(let bucket):
                guard ready.areReady(from: bucketStarts[bucket]) else { return }
                exchanges.append(try startExchange(buckets[bucket]))
            case .gather(let bucket):
                guard try communicator.test(&exchanges[bucket]) else { return }
                gathers.append(try startGather(buckets[bucket]))
            }
            nextAction += 1
        }
    }

    private func startExchange(_ bucket: BucketExchange) throws(CollectiveError) -> PendingCollective {
        for (slice, start) in zip(bucket.slices, bucket.partialSumStarts) {
            for (node, treeSum) in partialTreeSums.enumerated() {
                treeSum.add(leaves.inputs, slice, into: partialSums.slice.base + start + node * slice.count)
            }
        }
        return try communicator.startAllToAll(
            partialSums.slice.base,
            bucket.sent,
            into: received.slice.base,
            bucket.received
        )
    }

    private func startGather(_ bucket: BucketExchange) throws(CollectiveError) -> PendingCollective {
        let slice = bucket.slices[communicator.rank]
        let ownStart = bucket.partialSumStarts[communicator.rank]
        for (node, start) in bucket.receivedStarts.enumerated() {
            nodeInputs[node] =
                ownNodes.contains(node)
                ? partialSums.slice.base + ownStart + (node - ownNodes.lowerBound) * slice.count
                : received.slice.base + start
        }
        treeSum.add(nodeInputs, 0..<slice.count, into: sum.slice.base + slice.lowerBound)
        return try communicator.startAllGatherBlocks(sum.slice.base, bucket.gathered)
    }
}
