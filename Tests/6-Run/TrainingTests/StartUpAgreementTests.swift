import Collectives
import RankSupport
import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct StartUpAgreementTests {
    @Test(arguments: 1...4)
    func ranksWithTheSameStartAgree(ranks: Int) throws {
        let results = ThreadCommunicator.run(worldSize: ranks) { try SmallRun().agreement().check(over: $0) }
        for result in results { #expect(throws: Never.self) { try result.get() } }
    }

    /// The configuration determines network and data, so it is the first difference.
    @Test(arguments: ["training.seed=1", "dataset.limit=99", "network.layers[0].conv2d.outputChannels=5"])
    func everyRankNamesTheOneThatDiffers(override: String) {
        let results = ThreadCommunicator.run(worldSize: 3) { communicator in
            let overrides = communicator.rank == 2 ? [override] : []
            try SmallRun(overrides: overrides).agreement().check(over: communicator)
        }
        let expected = TrainingError.ranksDiffer(what: "configuration", rank: 2, host: "thread")
        for result in results { #expect(throws: expected) { try result.get() } }
    }

    @Test(arguments: [("network", 5, 100), ("data set", 4, 99)])
    func theDifferenceIsNamed(what: String, outputChannels: Int, limit: Int) {
        let results = ThreadCommunicator.run(worldSize: 2) { communicator in
            let overrides = communicator.rank == 1 ? ["dataset.limit=\(limit)"] : []
            let run = try SmallRun(
                outputChannels: communicator.rank == 1 ? outputChannels : 4,
                overrides: overrides
            )
            try run.agreement(configurationText: "the same").check(over: communicator)
        }
        let expected = TrainingError.ranksDiffer(what: what, rank: 1, host: "thread")
        for result in results { #expect(throws: expected) { try result.get() } }
    }
}
