import Collectives
import Configuration
import Networks
import Tensors
import Testing
import Training

@Suite struct TrainerTests {
    /// Makes a step on three ranks, one of which may spoil its replica before.
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
            return try trainer.step(isStopRequested: false).meanLoss
        }
    }

    @Test func replicasThatAreTheSameMakeTheSameStep() throws {
        let losses = try step { _ in }.map { try $0.get() }
        #expect(Set(losses).count == 1)
    }

    @Test(arguments: ["3.weight", "1.running_var"])
    func everyRankNamesTheReplicaThatDiffers(tensor: String) {
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
}
