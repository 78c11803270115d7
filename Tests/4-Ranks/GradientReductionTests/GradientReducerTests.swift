import Collectives
import Dispatch
import GradientReduction
import RankSupport
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct GradientReducerTests {
    enum Kind: CaseIterable { case reference, tree, sharedMemory, fast }

    static let elementCount = 1003
    static let boundaries = [0, 256, 496, 512, 960]

    @Test(arguments: [1, 2, 3, 4, 5, 8], [Kind.reference, .tree, .sharedMemory])
    func bitsDependNeitherOnRanksNorOnBuckets(ranks: Int, kind: Kind) throws {
        let expected = try Self.expectedSums(virtualShards: 8)
        for bucketBytes in [64, 700, 1 << 20] {
            for sums in try Self.sums(kind, ranks: ranks, virtualShards: 8, bucketBytes: bucketBytes) {
                expectSameBits(sums, expected)
            }
        }
    }

    @Test(arguments: [1, 3, 5, 6, 7, 12, 16, 17], [Kind.tree, .sharedMemory])
    func anyNumberOfShardsWorks(virtualShards: Int, kind: Kind) throws {
        let expected = try Self.expectedSums(virtualShards: virtualShards)
        for ranks in 1...min(virtualShards, 5) {
            for sums in try Self.sums(kind, ranks: ranks, virtualShards: virtualShards, bucketBytes: 900) {
                expectSameBits(sums, expected)
            }
        }
    }

    @Test(arguments: [1, 2, 4])
    func fastReductionEqualsTheSumUpToRounding(ranks: Int) throws {
        let expected = try Self.expectedSums(virtualShards: ranks)
        for sums in try Self.sums(.fast, ranks: ranks, virtualShards: ranks, bucketBytes: 700) {
            for (found, reference) in zip(sums, expected) { expectClose(found, reference, absolute: 2e-3) }
        }
    }

    @Test(arguments: [1, 2, 4], [Kind.reference, .tree, .sharedMemory, .fast])
    func everyRankReceivesEveryControlRecord(ranks: Int, kind: Kind) throws {
        let records = try ThreadCommunicator.run(worldSize: ranks) { communicator in
            let reducer = try Self.reducer(kind, communicator, virtualShards: ranks, bucketBytes: 700)
            return try (0..<3).map { step in
                let record = ControlRecord(
                    step: UInt64(step),
                    replicaFingerprint: UInt64(communicator.rank),
                    stopReason: communicator.rank == ranks - 1 && step == 1 ? 7 : 0,
                    stepSeconds: Double(communicator.rank) / 2
                )
                return try Self.reduced(reducer, control: record, firstShard: 0).controls
            }
        }.map { try $0.get() }
        for rank in 0..<ranks {
            #expect(
                records[rank].map { $0.map(\.replicaFingerprint) }
                    == Array(repeating: (0..<ranks).map(UInt64.init), count: 3)
            )
            #expect(records[rank].map { $0.map(\.stopReason).max() } == [0, 7, 0])
            #expect(records[rank][2].map(\.stepSeconds) == (0..<ranks).map { Double($0) / 2 })
        }
    }

    @Test(arguments: Kind.allCases)
    func gradientsOfDifferentStepsAreNotAdded(kind: Kind) {
        let results = ThreadCommunicator.run(worldSize: 2) { communicator in
            let reducer = try Self.reducer(kind, communicator, virtualShards: 2, bucketBytes: 700)
            let record = ControlRecord(step: UInt64(7 + communicator.rank), replicaFingerprint: 0)
            _ = try Self.reduced(reducer, control: record, firstShard: 0)
        }
        for result in results {
            #expect(throws: ReductionError.stepsDiffer([7, 8])) { try result.get() }
        }
    }

    @Test(arguments: Kind.allCases)
    func aMissingRankIsNamed(kind: Kind) {
        let results = ThreadCommunicator.run(worldSize: 3) { communicator in
            let reducer = try Self.reducer(kind, communicator, virtualShards: 3, bucketBytes: 700)
            communicator.timeout = .milliseconds(100)
            guard communicator.rank != 1 else { return }
            _ = try Self.reduced(
                reducer,
                control: ControlRecord(step: 0, replicaFingerprint: 0),
                firstShard: communicator.rank
            )
        }
        for rank in [0, 2] {
            guard case .failure(ReductionError.collective(.timedOut(let timeout))) = results[rank] else {
                Issue.record("rank \(rank) gave \(results[rank]), a deadline expected")
                continue
            }
            #expect(timeout.missingRanks == [1])
        }
    }

    private func expectSameBits(_ found: [[Float]], _ expected: [[Float]]) {
        let differing = zip(found.joined(), expected.joined()).enumerated().first { $1.0.bitPattern != $1.1.bitPattern }
        #expect(differing == nil, "element, found and expected")
        #expect(found.map(\.count) == expected.map(\.count))
    }

    /// The sums of three steps on each rank.
    private static func sums(
        _ kind: Kind,
        ranks: Int,
        virtualShards: Int,
        bucketBytes: Int
    ) throws -> [[[Float]]] {
        try ThreadCommunicator.run(worldSize: ranks) { communicator in
            let plan = try ShardPlan(virtualShards: virtualShards, worldSize: ranks)
            let reducer = try reducer(kind, communicator, virtualShards: virtualShards, bucketBytes: bucketBytes)
            return try (0..<3).map { step in
                let record = ControlRecord(step: UInt64(step), replicaFingerprint: 0)
                let firstShard = plan.shards(ofRank: communicator.rank).lowerBound
                return try reduced(reducer, control: record, firstShard: firstShard).gradient.array
            }
        }.map { try $0.get() }
    }

    /// The expected sums, by the recursive definition of the tree.
    private static func expectedSums(virtualShards: Int) throws -> [[Float]] {
        func sum(_ leaves: ArraySlice<[Float]>) -> [Float] {
            guard leaves.count > 1 else { return leaves[leaves.startIndex] }
            var half = 1
            while half * 2 < leaves.count { half *= 2 }
            return zip(sum(leaves.prefix(half)), sum(leaves.dropFirst(half))).map { $0 + $1 }
        }
        return (0..<3).map { step in
            let leaves = (0..<virtualShards).map { shard in
                let buffer = AlignedBuffer(count: elementCount)
                fillWithTestGradient(buffer.slice, shard: shard, step: step)
                return buffer.slice.array
            }
            return sum(leaves[...])
        }
    }

    private static func reducer(
        _ kind: Kind,
        _ communicator: any Communicator,
        virtualShards: Int,
        bucketBytes: Int
    ) throws -> any GradientReducer {
        let plan = try ShardPlan(virtualShards: virtualShards, worldSize: communicator.worldSize)
        let buckets = BucketPlan(
            elementCount: elementCount,
            boundaries: boundaries,
            firstBucketBytes: bucketBytes / 2,
            bucketBytes: bucketBytes
        )
        switch kind {
        case .reference:
            return ReferenceReducer(communicator: communicator, plan: plan, elementCount: elementCount)
        case .tree: return TreeReducer(communicator: communicator, plan: plan, buckets: buckets)
        case .sharedMemory:
            return try #require(try SharedMemoryReducer(communicator: communicator, plan: plan, buckets: buckets))
        case .fast: return FastReducer(communicator: communicator, buckets: buckets)
        }
    }

    /// One step: the backward pass fills layer by layer from the end, each shard on its own thread.
    private static func reduced(
        _ reducer: any GradientReducer,
        control: ControlRecord,
        firstShard: Int
    ) throws -> ReducedGradient {
        try reducer.begin(control: control)
        let leaves = (0..<reducer.localShardCount).map { shard in
            let leaf = AlignedBuffer(count: elementCount)
            fillWithTestGradient(leaf.slice, shard: firstShard + shard, step: Int(control.step))
            return leaf
        }
        for (start, end) in zip(boundaries, boundaries.dropFirst() + [elementCount]).reversed() {
            DispatchQueue.concurrentPerform(iterations: leaves.count) { shard in
                reducer.gradient(ofLocalShard: shard)[start..<end].copy(from: leaves[shard].slice[start..<end])
                reducer.markReady(localShard: shard, from: start)
            }
            try reducer.progress()
        }
        return try reducer.finish()
    }
}
