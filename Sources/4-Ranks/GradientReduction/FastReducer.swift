package import Collectives
package import Tensors

/// A reducer that leaves the order of additions to MPI: one shard per rank, one all-reduce per bucket, in place.
///
/// The last bits of the sum depend on the number of ranks and the sizes of the buckets.
package final class FastReducer: GradientReducer, @unchecked Sendable {
    private let communicator: any Communicator
    private let sum: AlignedBuffer
    private let plan: BucketPlan
    private let ready: ReadyMarks
    private var controls: ControlExchange
    private var pending: [PendingCollective] = []

    /// - Parameters:
    ///   - communicator: The ranks.
    ///   - buckets: The buckets of the gradient.
    package init(communicator: any Communicator, buckets: BucketPlan) {
        self.communicator = communicator
        plan = buckets
        sum = AlignedBuffer(count: buckets.elementCount)
        ready = ReadyMarks(shardCount: 1, elementCount: buckets.elementCount)
        controls = ControlExchange(communicator: communicator)
        pending.reserveCapacity(buckets.buckets.count)
    }
}

// Documented at the protocol.
extension FastReducer {
    package var localShardCount: Int { 1 }

    package func gradient(ofLocalShard index: Int) -> TensorSlice { sum.slice }

    package func begin(control: ControlRecord) throws(ReductionError) {
        ready.reset()
        pending.removeAll(keepingCapacity: true)
        try controls.start(control)
    }

    package func markReady(localShard index: Int, from offset: Int) { ready.mark(shard: index, from: offset) }

    package func progress() throws(ReductionError) {
        try ReductionError.catching { () throws(CollectiveError) in
            while pending.count < plan.buckets.count, ready.areReady(from: plan.buckets[pending.count].lowerBound) {
                pending.append(try communicator.startAllReduceSum(sum.slice[plan.buckets[pending.count]].floats))
            }
            // Testing one pending operation makes MPI work on all of them.
            if let last = pending.indices.last { _ = try communicator.test(&pending[last]) }
            try communicator.answerAlarm()
        }
    }

    package func finish() throws(ReductionError) -> ReducedGradient {
        try progress()
        precondition(pending.count == plan.buckets.count, "finish: a gradient is not ready from 0")
        try ReductionError.catching { () throws(CollectiveError) in
            for index in pending.indices { try communicator.wait(for: &pending[index]) }
        }
        return ReducedGradient(gradient: sum.slice, controls: try controls.finish())
    }
}
