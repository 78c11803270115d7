import Assembly
import Collectives
import ConfigurationFiles
import Datasets
import Networks
import RankSupport
import Tensors
import TestSupport
import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct AccumulationTests {
    /// By hand: ((a + b) + (c + d)) + ((e + f) + (g + h)), with numbers for which another order rounds differently.
    @Test func microBatchesAreAddedInTheOrderOfTheTree() {
        var random = RandomStream(seed: 5, purpose: .initialization)
        let parts = (0..<8).map { _ in (0..<100).map { _ in random.nextNormal() * 1e3 } }
        for count in [2, 4, 8] {
            let accumulator = GradientAccumulator(partCount: count, elementCount: 100)
            let sum = AlignedBuffer(count: 100)
            for _ in 0..<2 {
                accumulator.accumulate(into: sum.slice) { part, gradient in gradient.copy(from: parts[part]) }
            }
            func tree(_ range: Range<Int>) -> [Float] {
                guard range.count > 1 else { return parts[range.lowerBound] }
                let middle = range.lowerBound + range.count / 2
                return zip(tree(range.lowerBound..<middle), tree(middle..<range.upperBound)).map(+)
            }
            #expect(sum.slice.array == tree(0..<count))
            if count == 8 {
                let inOrder = parts.dropFirst().reduce(parts[0]) { zip($0, $1).map(+) }
                #expect(sum.slice.array != inOrder)
            }
        }
    }

    /// 4 shards of 8 micro-batches give the same as 32 shards, for shards of equal and of different sizes, with batch
    /// normalization and with dense layers at the end.
    @Test(arguments: [("batchNorm2d", 40), ("relu", 96)], [1, 3])
    func theWeightsAreThoseOfAsManyShards(network: (layer: String, batch: Int), ranks: Int) throws {
        func weights(shards: Int, steps: Int, threads: Int) throws -> [Float] {
            let results = ThreadCommunicator.run(worldSize: ranks) { communicator in
                let run = try SmallRun(
                    outputChannels: 8,
                    secondLayer: network.layer,
                    overrides: [
                        "training.globalBatchSize=\(network.batch)", "parallel.virtualShards=\(shards)",
                        "training.accumulationSteps=\(steps)", "parallel.threadsPerRank=\(threads)",
                    ]
                )
                let trainer = try Trainer(
                    configuration: run.configuration,
                    network: run.network(),
                    dataset: run.configuration.dataset.load(),
                    communicator: communicator
                )
                for _ in 0..<4 { _ = try trainer.step(stopReason: nil) }
                return trainer.replica.parameters.slice.array + trainer.replica.runningStatistics.slice.array
            }
            return try results[0].get()
        }
        let whole = try weights(shards: 32, steps: 1, threads: 1)
        #expect(try weights(shards: 4, steps: 8, threads: 1) == whole)
        #expect(try weights(shards: 8, steps: 4, threads: 2) == whole)
        #expect(try weights(shards: 8, steps: 1, threads: 1) != whole)
    }

    /// Sixteen micro-batches for a batch of 8,192 need the memory of a batch of 512 and of five gradients.
    @Test func aLargeBatchTakesTheMemoryOfASmallOne() throws {
        func need(_ overrides: String...) throws -> MemoryNeed {
            let configuration = try SmallRun(overrides: overrides).configuration
            return MemoryNeed(
                network: try configuration.makeNetwork(maximumBatch: 64),
                optimizerSlotCount: 1,
                localShardCount: 8,
                threadCount: 1,
                accumulationSteps: configuration.training.accumulationSteps
            )
        }
        let small = try need("training.globalBatchSize=512")
        let large = try need("training.globalBatchSize=8192", "training.accumulationSteps=16")
        #expect(large.activationBytes <= small.activationBytes)
        #expect(large.gradientBytes * 9 == small.gradientBytes * 14)
    }
}
