package import Collectives
package import Tensors

/// The reproducible reduction within one machine.
///
/// The ranks keep their gradients in shared memory. Every rank sums its slice of each bucket directly from the
/// gradients of all shards, in one pass in the order of the tree, into a sum that all ranks read: nothing is sent or
/// copied.
package final class SharedMemoryReducer: GradientReducer, @unchecked Sendable {
    private let communicator: any Communicator
    /// Keeps the memory of the pointers alive.
    private let memory: SharedMemory
    private let board: StepBoard
    private let shards: Range<Int>
    /// The gradients of all shards of all ranks.
    private let leaves: TreeSum.Inputs
    private let sum: TensorSlice
    private let treeSum: TreeSum
    private let bucketStarts: [Int]
    /// This rank's slice of every bucket.
    private let slices: [Range<Int>]
    private let ready: ReadyMarks
    private var controls: [ControlRecord]
    private var readyCount = 0
    private var summedCount = 0

    /// Allocates the shared memory; nil on every rank if the ranks are on several machines or there isn't enough
    /// memory.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - communicator: The ranks.
    ///   - plan: The shards of each rank.
    ///   - buckets: The buckets of the gradient.
    /// - Throws: `ReductionError.collective`.
    package init?(communicator: any Communicator, plan: ShardPlan, buckets: BucketPlan) throws(ReductionError) {
        let rank = communicator.rank
        let stride = AlignedBuffer.aligned(buckets.elementCount)
        let boardCount = StepBoard.byteCount / MemoryLayout<Float>.stride
        // A region contains the board and the rank's gradients; the first region also contains the sum.
        let floatCount = boardCount + (plan.shards(ofRank: rank).count + (rank == 0 ? 1 : 0)) * stride
        let memory = try ReductionError.catching { () throws(CollectiveError) in
            try communicator.makeSharedMemory(byteCount: floatCount * MemoryLayout<Float>.stride)
        }
        guard let memory else { return nil }
        let regions = memory.regions.compactMap { $0.baseAddress?.assumingMemoryBound(to: Float.self) }
        leaves = .allocate(capacity: plan.virtualShards)
        for owner in 0..<plan.worldSize {
            for (index, shard) in plan.shards(ofRank: owner).enumerated() {
                leaves.initializeElement(at: shard, to: regions[owner] + boardCount + index * stride)
            }
        }
        shards = plan.shards(ofRank: rank)
        sum = TensorSlice(
            base: regions[0] + boardCount + plan.shards(ofRank: 0).count * stride,
            count: buckets.elementCount
        )
        treeSum = TreeSum(
            ReductionTree(leafCount: plan.virtualShards),
            root: 0..<plan.virtualShards,
            inputs: (0..<plan.virtualShards).map { $0..<$0 + 1 }
        )
        bucketStarts = buckets.buckets.map(\.lowerBound)
        slices = buckets.buckets.map { BucketExchange.slices(of: $0, worldSize: plan.worldSize)[rank] }
        board = StepBoard(regions: regions, rank: rank, bucketCount: buckets.buckets.count)
        ready = ReadyMarks(shardCount: shards.count, elementCount: buckets.elementCount)
        controls = Array(repeating: ControlRecord(step: 0, replicaFingerprint: 0), count: plan.worldSize)
        self.communicator = communicator
        self.memory = memory
    }

    deinit { leaves.deallocate() }
}

// Documented at the protocol.
extension SharedMemoryReducer {
    package var localShardCount: Int { shards.count }

    package func gradient(ofLocalShard index: Int) -> TensorSlice {
        TensorSlice(base: leaves[shards.lowerBound + index], count: sum.count)
    }

    package func begin(control: ControlRecord) {
        ready.reset()
        readyCount = 0
        summedCount = 0
        board.begin(control)
    }

    package func markReady(localShard index: Int, from offset: Int) { ready.mark(shard: index, from: offset) }

    package func progress() throws(ReductionError) {
        advance()
        try ReductionError.catching { () throws(CollectiveError) in try communicator.answerAlarm() }
    }

    package func finish() throws(ReductionError) -> ReducedGradient {
        precondition(ready.areReady(from: 0), "finish: a shard's gradient is not ready from 0")
        try ReductionError.catching { () throws(CollectiveError) in
            try communicator.waitForSharedMemory {
                advance()
                return board.haveAll(.summed, bucketCount: slices.count)
            }
        }
        for rank in controls.indices { controls[rank] = board.record(ofRank: rank).pointee }
        try controls.requireEqualSteps()
        return ReducedGradient(gradient: sum, controls: controls)
    }

    /// Publishes the buckets that are final here, and sums those that are final everywhere.
    private func advance() {
        while readyCount < slices.count, ready.areReady(from: bucketStarts[readyCount]) {
            readyCount += 1
            board.publish(.ready, bucketCount: readyCount)
        }
        while summedCount < slices.count, board.haveAll(.ready, bucketCount: summedCount + 1) {
            let slice = slices[summedCount]
            treeSum.add(leaves, slice, into: sum.base + slice.lowerBound)
            summedCount += 1
            board.publish(.summed, bucketCount: summedCount)
        }
    }
}
