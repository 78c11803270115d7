import Assembly
import Collectives
import ConfigurationFiles
import Networks
import RankSupport
import Tensors
import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct TrainerTests {
    /// Makes a step on three ranks, one of which may change its replica before.
    private func step(spoiling spoil: @escaping @Sendable (Replica) -> Void) -> [Result<Double, any Error>] {
        ThreadCommunicator.run(worldSize: 3) { communicator in
            let overrides = ["training.globalBatchSize=32", "parallel.threadsPerRank=1"]
            let run = try SmallRun(secondLayer: "batchNorm2d", overrides: overrides)
            let trainer = try Trainer(
                configuration: run.configuration,
                network: run.network(),
                dataset: run.configuration.dataset.load(),
                communicator: communicator
            )
            if communicator.rank == 1 { spoil(trainer.replica) }
            return try trainer.step(stopReason: nil).meanLoss
        }
    }

    @Test func equalReplicasMakeTheSameStep() throws {
        let losses = try step { _ in }.map { try $0.get() }
        #expect(Set(losses).count == 1)
    }

    @Test(arguments: ["3.weight", "1.running_var"])
    func everyRankNamesTheDifferingReplica(tensor: String) {
        let results = step { replica in
            let (parameters, statistics) = (replica.network.parameters, replica.network.statistics)
            if let parameter = parameters.first(where: { $0.name == tensor }) {
                replica.parameters.slice.base[parameter.range.lowerBound] += 1
            } else if let statistic = statistics.first(where: { $0.name == tensor }) {
                replica.runningStatistics.slice.base[statistic.range.lowerBound] += 1
            }
        }
        let expected = TrainingError.replicaDiverged(rank: 1, host: "thread", tensor: tensor, step: 0)
        for result in results { #expect(throws: expected) { try result.get() } }
    }

    /// With two ranks it is unknown which one is right.
    @Test func ofTwoDifferentReplicasNeitherIsBlamed() throws {
        let results = ThreadCommunicator.run(worldSize: 2) { communicator in
            let trainer = try Self.trainer(communicator)
            if communicator.rank == 1 { trainer.replica.parameters.slice.base[0] += 1 }
            _ = try trainer.step(stopReason: nil)
        }
        let ranks = ["rank 0 on thread", "rank 1 on thread"]
        let expected = TrainingError.replicasDisagree(ranks: ranks, tensor: "0.weight", step: 0)
        for result in results { #expect(throws: expected) { try result.get() } }
    }

    /// If a bit flips while a digest is computed, no tensor differs.
    @Test func aDifferentDigestOfEqualTensorsEndsTheRun() throws {
        let results = ThreadCommunicator.run(worldSize: 3) { communicator in
            try Self.trainer(communicator).checkReplicasAgree([7, 7, 8])
        }
        let expected = TrainingError.comparisonFailed(ranks: ["rank 2 on thread"], step: 0)
        for result in results { #expect(throws: expected) { try result.get() } }
        let agreeing = ThreadCommunicator.run(worldSize: 2) { try Self.trainer($0).checkReplicasAgree([7, 7]) }
        for result in agreeing { try result.get() }
    }

    private static func trainer(_ communicator: any Communicator) throws -> Trainer {
        let run = try SmallRun(overrides: ["training.globalBatchSize=32", "parallel.threadsPerRank=1"])
        return try Trainer(
            configuration: run.configuration,
            network: run.network(),
            dataset: run.configuration.dataset.load(),
            communicator: communicator
        )
    }
}
