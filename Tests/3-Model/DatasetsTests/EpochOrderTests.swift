import Datasets
import Testing

@Suite(.timeLimit(.minutes(10))) struct EpochOrderTests {
    @Test(arguments: [(1, 1), (10, 3), (12, 4), (1_437, 128), (1_000, 2_000)])
    func batchesContainEachSampleOnce(sampleCount: Int, batchSize: Int) {
        let order = EpochOrder(sampleCount: sampleCount, seed: 5, epoch: 2)
        let batches = (0..<order.batchCount(ofSize: batchSize)).map { order.batch($0, ofSize: batchSize) }
        #expect(batches.dropLast().allSatisfy { $0.count == batchSize })
        #expect(batches.last.map { (1...batchSize).contains($0.count) } == true)
        #expect(batches.joined().sorted() == (0..<Int32(sampleCount)).map { $0 })
    }

    @Test func theOrderDependsOnSeedAndEpochOnly() {
        func order(seed: UInt64, epoch: Int) -> ArraySlice<Int32> {
            EpochOrder(sampleCount: 500, seed: seed, epoch: epoch).batch(0, ofSize: 500)
        }
        #expect(order(seed: 1, epoch: 3) == order(seed: 1, epoch: 3))
        #expect(order(seed: 1, epoch: 3) != order(seed: 2, epoch: 3))
        #expect(order(seed: 1, epoch: 3) != order(seed: 1, epoch: 4))
    }

    @Test func sequentialOrderCountsUp() {
        let order = EpochOrder(sequential: 10)
        #expect(order.batchCount(ofSize: 4) == 3)
        #expect(Array(order.batch(2, ofSize: 4)) == [8, 9])
    }
}
