import Assembly
import Checkpoints
import Collectives
import ConfigurationFiles
import Foundation
import Metrics
import ModelCheckpoints
import Networks
import Optimizers
import RankSupport
import Tensors
import TestSupport
import Testing
import Training

/// A small run with all that the CIFAR-10 recipe needs: whitening filters that are frozen, a bias that is trained in the
/// first epochs, other factors for normalizations, Lookahead, whole batches only, and a last epoch that is cut short.
@Suite(.timeLimit(.minutes(10))) struct RecipeTests {
    private func configuration(_ overrides: [String] = []) throws -> Configuration {
        let yaml = """
            dataset: {name: digits, limit: 100}
            network:
              layers:
                - conv2d: {outputChannels: 6, kernel: 2, initialization: whitening, trainedEpochs: {weight: 0, bias: 2}}
                - gelu
                - conv2d: {outputChannels: 8, kernel: 3, padding: same, bias: false, initialization: dirac}
                - maxPool2d: {kernel: 2}
                - batchNorm2d: {epsilon: 1.0e-12, momentum: 0.4, weight: false, learningRateFactor: 64, weightDecayFactor: 0.015625}
                - gelu
                - flatten
                - linear: {outputFeatures: 10, bias: false}
                - scale: {factor: 0.25}
            loss: {labelSmoothing: 0.2}
            optimizer: {name: sgd, learningRate: 0.5, momentum: 0.85, nesterov: true, weightDecay: 0.001}
            schedule: {name: oneCycle, initialFraction: 0.2, peakFraction: 0.23, finalFraction: 0.07}
            averaging: {name: lookahead, everySteps: 3, decay: 0.77, rampPower: 3}
            training: {globalBatchSize: 32, dropLast: true, epochs: 3.5}
            logging: {everySteps: 1}
            """
        return try Configuration(yaml: yaml, file: "recipe.yaml", overrides: overrides)
    }

    /// The weights, running statistics and averages after some steps, and the optimizer's state.
    private func state(ranks: Int, steps: Int, _ overrides: String...) throws -> [[Float]] {
        let overrides = overrides + ["parallel.threadsPerRank=1"]
        let results = ThreadCommunicator.run(worldSize: ranks) { communicator in
            let configuration = try configuration(overrides)
            let trainer = try Trainer(
                configuration: configuration,
                network: configuration.makeNetwork(maximumBatch: 4),
                dataset: configuration.dataset.load(),
                communicator: communicator
            )
            for _ in 0..<steps { _ = try trainer.step(stopReason: nil) }
            let buffers = [trainer.replica.parameters, trainer.replica.runningStatistics] + trainer.optimizer.slots
            let average = trainer.average.map { [$0.parameters, $0.runningStatistics] } ?? []
            return (buffers + average).map(\.slice.array)
        }
        return try results[0].get()
    }

    @Test func theBitsAreTheSameOnAnyRanks() throws {
        let one = try state(ranks: 1, steps: 8)
        for ranks in [2, 3, 8] { #expect(try state(ranks: ranks, steps: 8) == one, "\(ranks) ranks") }
        #expect(try state(ranks: 1, steps: 8, "averaging.name=none") != one)
        #expect(one.allSatisfy { $0.allSatisfy(\.isFinite) })
    }

    /// The whitening filters never change, and the bias after two epochs of three steps not any more.
    @Test func tensorsAreTrainedInTheirEpochsAlone() throws {
        let network = try configuration().makeNetwork(maximumBatch: 4)
        func values(_ name: String, afterStep step: Int) throws -> [Float] {
            let parameter = try #require(network.parameters.first { $0.name == name })
            return Array(try state(ranks: 1, steps: step, "averaging.name=none")[0][parameter.range])
        }
        #expect(try values("0.weight", afterStep: 0) == values("0.weight", afterStep: 8))
        #expect(try values("0.weight", afterStep: 0).contains { $0 != 0 })
        #expect(try values("0.bias", afterStep: 5) != values("0.bias", afterStep: 6))
        #expect(try values("0.bias", afterStep: 6) == values("0.bias", afterStep: 8))
        #expect(try values("2.weight", afterStep: 6) != values("2.weight", afterStep: 8))
    }

    @Test(arguments: ["averaging.name=lookahead", "averaging.name=ema"], [4, 6, 7, 10])
    func aRunThatWasKilledEndsInTheSameBits(averaging: String, step: Int) throws {
        try withTemporaryFolder { folder in
            try train([averaging], in: "\(folder)/whole")
            try train([averaging], in: "\(folder)/killed", maximumSteps: step)
            try train([averaging], in: "\(folder)/killed")
            let checkpoints = try ["whole", "killed"].map {
                try CheckpointStore.load("\(folder)/\($0)/checkpoints/\(CheckpointStore.folderName(step: 11))")
            }
            let states = try checkpoints.map { try $0.requireResumePoint().state }
            for (found, expected) in zip(checkpoints[1].model + states[1], checkpoints[0].model + states[0]) {
                #expect(found.name == expected.name && found.values == expected.values, "\(expected.name)")
            }
            #expect(checkpoints[0].model.count == 7 && states[0].count > checkpoints[0].model.count)
            let accuracies = try ["whole", "killed"].map {
                try RunSummary(path: "\(folder)/\($0)/summary.json").testAccuracy
            }
            #expect(accuracies[0] != nil && accuracies[0] == accuracies[1])
        }
    }

    /// 100 samples are three whole batches of 32, and 3.5 epochs of three steps 11 steps.
    @Test func theLastEpochIsCutShort() throws {
        try withTemporaryFolder { folder in
            try train(["checkpoint.keepLast=9"], in: folder)
            let log = try RunLog(folder)
            #expect(log.steps.map(\.step) == Array(1...11))
            #expect(log.epochs.map(\.step) == [3, 6, 9, 11])
            #expect(log.epochs.map(\.epoch) == [1, 2, 3, 4])
            let last = try #require(log.epochs.last?.testAccuracy)
            let summary = try RunSummary(path: "\(folder)/summary.json")
            #expect(summary.completed && summary.steps == 11 && summary.testAccuracy == last)
        }
    }

    /// Of steps a fraction of an epoch counts, but not what binary fractions add to it: 1.1 · 10 is 11.000000000000002.
    @Test(arguments: [("9.9", 48, 476), ("1.1", 10, 11), ("6", 391, 2346), ("1.001", 10, 11), ("2.5", 40, 100)])
    func fractionsOfEpochsAreStepsRoundedUp(epochs: String, stepsPerEpoch: Int, steps: Int) throws {
        let training = try configuration(["training.epochs=\(epochs)"]).training
        #expect(training.stepCount(stepsPerEpoch: stepsPerEpoch) == steps)
    }

    /// A decay near 1 leaves the average at the initial weights, however far training goes.
    @Test func theAverageIsEvaluatedAndKept() throws {
        try withTemporaryFolder { folder in
            let average = ["averaging.name=ema", "averaging.decay=0.9999", "averaging.everySteps=1"]
            let settings = ["averaging.rampPower=0", "checkpoint.keepLast=99", "training.epochs=12"]
            try train(average + settings, in: "\(folder)/averaged")
            try train(["averaging.name=none", "training.epochs=12"], in: "\(folder)/plain")
            func model(_ folder: String, step: Int) throws -> [Float] {
                let replica = Replica(of: try configuration().makeNetwork(maximumBatch: 4))
                try replica.restore(from: "\(folder)/checkpoints/\(CheckpointStore.folderName(step: step))")
                return replica.parameters.slice.array
            }
            let first = try model("\(folder)/averaged", step: 0)
            let (averaged, plain) = (try model("\(folder)/averaged", step: 36), try model("\(folder)/plain", step: 36))
            func distance(_ values: [Float]) -> Float { zip(values, first).reduce(0) { max($0, abs($1.0 - $1.1)) } }
            #expect(distance(averaged) > 0 && distance(averaged) < 0.02 * distance(plain))
            let accuracies = try ["averaged", "plain"].map {
                try #require(try RunSummary(path: "\(folder)/\($0)/summary.json").testAccuracy)
            }
            #expect(accuracies[0] < 0.4 && accuracies[1] > 0.5, "\(accuracies)")
        }
    }

    @Test func leavingOutTheOnlyBatchIsRefused() {
        let error = #expect(throws: ConfigurationError.self) {
            try state(ranks: 1, steps: 0, "dataset.limit=20", "training.dropLast=true")
        }
        #expect(
            error?.description == "--set: training.dropLast: leaves no step: there are 20 samples, and "
                + "training.globalBatchSize is 32; leave it out, or take a smaller batch"
        )
    }

    @Test(arguments: [
        "network.layers[7].linear.learningRateFactor=1e38", "network.layers[7].linear.weightDecayFactor=1e38",
    ])
    func aFactorThatIsTooLargeIsRefused(override: String) {
        let number = override.contains("Decay") ? "optimizer.weightDecay=1e5" : "optimizer.learningRate=1e5"
        let error = #expect(throws: ConfigurationError.self) { try state(ranks: 1, steps: 0, override, number) }
        #expect(error?.description.contains("is inf in single precision") == true, "\(String(describing: error))")
        #expect(error?.description.hasPrefix("--set: network.layers[7].linear.") == true)
    }

    private func train(_ overrides: [String], in folder: String, maximumSteps: Int? = nil) throws {
        let run = try TrainingRun(
            configuration: configuration(overrides),
            options: .init(
                resume: .automatic,
                directory: folder,
                maximumSteps: maximumSteps,
                configurationName: "recipe"
            ),
            communicator: SoloCommunicator(),
            checkpointFileSystem: POSIXFileSystem(),
            stopReason: { .none }
        )
        #expect(try run.run() == .completed)
    }
}
