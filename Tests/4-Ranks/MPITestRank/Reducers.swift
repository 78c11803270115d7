import Collectives
import GradientReduction
import RankSupport
import Tensors
import TestSupport

/// Prints one line for each reproducible reducer and bucket size: the digest of the sums of three steps.
func printDigests(_ communicator: MPICommunicator) throws {
    let plan = try ShardPlan(virtualShards: 8, worldSize: communicator.worldSize)
    for bucketBytes in [1000, 40_000, 1 << 20] {
        let buckets = BucketPlan(
            elementCount: 50_021,
            boundaries: stride(from: 0, to: 50_021, by: 3200).map { $0 },
            firstBucketBytes: bucketBytes / 4,
            bucketBytes: bucketBytes
        )
        let reducers = try reproducibleReducers(communicator, plan: plan, buckets: buckets)
        for (name, reducer) in reducers {
            let digests = try (0..<3).map { step in
                let control = ControlRecord(step: UInt64(step), replicaFingerprint: 0)
                let sum = try reducedTestGradient(reducer, plan, communicator.rank, buckets, control)
                return fingerprint(of: sum.gradient)
            }
            let all = try digests.flatMap { try communicator.allGather($0) }
            if communicator.rank == 0 { print("digest", name, bucketBytes, Set(all).count, digests) }
        }
    }
}

private func reproducibleReducers(
    _ communicator: MPICommunicator,
    plan: ShardPlan,
    buckets: BucketPlan
) throws -> [(String, any GradientReducer)] {
    let shared = try SharedMemoryReducer(communicator: communicator, plan: plan, buckets: buckets)
    guard let shared else { fatalError("no shared memory between ranks of one machine") }
    return [
        ("sharedMemory", shared),
        ("tree", TreeReducer(communicator: communicator, plan: plan, buckets: buckets)),
        ("reference", ReferenceReducer(communicator: communicator, plan: plan, elementCount: buckets.elementCount)),
    ]
}

/// One step: the backward pass fills bucket by bucket, one shard after the other.
private func reducedTestGradient(
    _ reducer: any GradientReducer,
    _ plan: ShardPlan,
    _ rank: Int,
    _ buckets: BucketPlan,
    _ control: ControlRecord
) throws -> ReducedGradient {
    try reducer.begin(control: control)
    let leaves = plan.shards(ofRank: rank).map { shard in
        let leaf = AlignedBuffer(count: buckets.elementCount)
        fillWithTestGradient(leaf.slice, shard: shard, step: Int(control.step))
        return leaf
    }
    for bucket in buckets.buckets {
        for (index, leaf) in leaves.enumerated() {
            reducer.gradient(ofLocalShard: index)[bucket].copy(from: leaf.slice[bucket])
            reducer.markReady(localShard: index, from: bucket.lowerBound)
        }
        try reducer.progress()
    }
    return try reducer.finish()
}

/// Prints the duration of each reducer's step in milliseconds, with all gradients ready.
func measureReducers(_ communicator: MPICommunicator) throws {
    for elementCount in [282_250, 1_707_274] {
        let buckets = BucketPlan(elementCount: elementCount, boundaries: [0])
        let plan = try ShardPlan(virtualShards: 8, worldSize: communicator.worldSize)
        var reducers: [(String, any GradientReducer)] = [
            ("tree", TreeReducer(communicator: communicator, plan: plan, buckets: buckets)),
            ("fast", FastReducer(communicator: communicator, buckets: buckets)),
        ]
        if let shared = try SharedMemoryReducer(communicator: communicator, plan: plan, buckets: buckets) {
            reducers.append(("sharedMemory", shared))
        }
        for (name, reducer) in reducers {
            let milliseconds = try medianStep(reducer, communicator)
            if communicator.rank == 0 { print(communicator.worldSize, elementCount, name, milliseconds) }
        }
    }
}

private func medianStep(_ reducer: any GradientReducer, _ communicator: MPICommunicator) throws -> Double {
    for shard in 0..<reducer.localShardCount {
        fillWithTestGradient(reducer.gradient(ofLocalShard: shard), shard: shard, step: 0)
    }
    let steps = try (0..<101).map { step in
        try communicator.barrier()
        let start = ContinuousClock.now
        try reducer.begin(control: ControlRecord(step: UInt64(step), replicaFingerprint: 0))
        for shard in 0..<reducer.localShardCount { reducer.markReady(localShard: shard, from: 0) }
        _ = try reducer.finish()
        return (ContinuousClock.now - start) / .milliseconds(1)
    }
    return (steps.sorted()[50] * 1000).rounded() / 1000
}
