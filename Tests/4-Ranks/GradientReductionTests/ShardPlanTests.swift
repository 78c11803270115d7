import GradientReduction
import Testing

@Suite(.timeLimit(.minutes(10))) struct ShardPlanTests {
    @Test(arguments: [
        (8, 1, [0..<8]), (8, 2, [0..<4, 4..<8]), (8, 3, [0..<3, 3..<6, 6..<8]),
        (8, 5, [0..<2, 2..<4, 4..<6, 6..<7, 7..<8]), (1, 1, [0..<1]),
    ])
    func ranksHaveContiguousShardsAndTheFirstRanksHaveMore(shards: Int, ranks: Int, expected: [Range<Int>]) throws {
        let plan = try ShardPlan(virtualShards: shards, worldSize: ranks)
        #expect((0..<ranks).map { plan.shards(ofRank: $0) } == expected)
    }

    @Test(arguments: [
        (4, 8, [0..<2, 2..<4, 4..<6, 6..<8]), (4, 10, [0..<3, 3..<6, 6..<8, 8..<10]),
        (4, 3, [0..<1, 1..<2, 2..<3, 3..<3]), (4, 0, [0..<0, 0..<0, 0..<0, 0..<0]),
    ])
    func samplesAreDividedEvenly(shards: Int, samples: Int, expected: [Range<Int>]) throws {
        let plan = try ShardPlan(virtualShards: shards, worldSize: 2)
        #expect((0..<shards).map { plan.samples(ofShard: $0, inBatchOf: samples) } == expected)
    }

    @Test func theSamplesOfAShardDoNotDependOnRanks() throws {
        for samples in 0...70 {
            let cuts = try (1...8).map { ranks in
                let plan = try ShardPlan(virtualShards: 8, worldSize: ranks)
                return (0..<8).map { plan.samples(ofShard: $0, inBatchOf: samples) }
            }
            #expect(Set(cuts).count == 1)
            #expect(cuts[0].flatMap(Array.init) == Array(0..<samples))
            #expect((cuts[0].map(\.count).max() ?? 0) - (cuts[0].map(\.count).min() ?? 0) <= 1)
        }
    }

    @Test func moreRanksThanShardsSaysWhichSettingToRaise() {
        let error = #expect(throws: ReductionError.moreRanksThanShards(worldSize: 9, virtualShards: 8)) {
            try ShardPlan(virtualShards: 8, worldSize: 9)
        }
        #expect(error?.description.contains("raise parallel.virtualShards") == true)
    }
}
