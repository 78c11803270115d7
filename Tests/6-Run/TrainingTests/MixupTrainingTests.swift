import Assembly
import Collectives
import ConfigurationFiles
import Networks
import RankSupport
import Tensors
import TestSupport
import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct MixupTrainingTests {
    private static let mixup = "augmentation.mixupAlpha=0.4"

    private func weights(_ overrides: [String], ranks: Int) throws -> [Float] {
        let results = ThreadCommunicator.run(worldSize: ranks) { communicator in
            let run = try SmallRun(overrides: ["training.globalBatchSize=42"] + overrides)
            let trainer = try Trainer(
                configuration: run.configuration,
                network: run.network(),
                dataset: run.configuration.dataset.load(),
                communicator: communicator
            )
            for _ in 0..<7 { _ = try trainer.step(stopReason: nil) }
            return trainer.replica.parameters.slice.array
        }
        return try results[0].get()
    }

    @Test func theWeightsAreTheSameOnAnyRanksAndThreads() throws {
        let whole = try weights([Self.mixup, "parallel.threadsPerRank=1"], ranks: 1)
        for (ranks, threads) in [(1, 2), (2, 1), (3, 2), (8, 1)] {
            #expect(try weights([Self.mixup, "parallel.threadsPerRank=\(threads)"], ranks: ranks) == whole)
        }
        #expect(try weights([], ranks: 1) != whole)
    }

    @Test func accumulatedPartsAreThoseOfAsManyShards() throws {
        let whole = try weights([Self.mixup, "parallel.virtualShards=16"], ranks: 2)
        let parts = [Self.mixup, "parallel.virtualShards=4", "training.accumulationSteps=4"]
        #expect(try weights(parts, ranks: 2) == whole)
    }

    @Test(arguments: ["-0.1", "nan", "many", "1e-50", "1e40"])
    func anImpossibleAlphaIsLocated(value: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration(
                yaml: """
                    dataset: {name: digits}
                    augmentation:
                      mixupAlpha: \(value)
                    network:
                      layers: [flatten, {linear: {outputFeatures: 10}}]
                    """,
                file: "small.yaml"
            )
        }
        #expect(
            error?.description.hasPrefix("small.yaml:3: augmentation.mixupAlpha: needs") == true,
            "\(error.debugDescription)"
        )
    }
}
