import Assembly
import Collectives
import ConfigurationFiles
import Datasets
import Foundation
import Networks
import Optimizers
import Tensors
import Testing
import Training

/// The trainer compared with a loop written out here, for each option that the trainer must pass on.
@Suite(.timeLimit(.minutes(10))) struct TrainerByHandTests {
    private static let overrides = [
        "network.initialization=heNormal", "dataset.limit=70", "augmentation.mirror=true",
        "training.globalBatchSize=30", "training.epochs=2", "training.seed=5",
        "loss.labelSmoothing=0.2", "optimizer.name=adam", "optimizer.learningRate=0.02", "optimizer.clipNorm=0.5",
        "optimizer.weightDecay=0.01", "schedule.name=cosine", "schedule.finalFraction=0.1", "parallel.virtualShards=2",
        "parallel.threadsPerRank=1",
    ]
    /// 70 images in batches of 30, 30 and 10.
    private static let stepsPerEpoch = 3

    @Test func twoEpochsEqualALoopByHand() throws {
        let configuration = try SmallRun(secondLayer: "batchNorm2d", overrides: Self.overrides).configuration
        let dataset = try configuration.dataset.load()
        let trainer = try Trainer(
            configuration: configuration,
            network: configuration.makeNetwork(maximumBatch: 32),
            dataset: dataset,
            communicator: SoloCommunicator()
        )
        let hand = try HandLoop(network: configuration.makeNetwork(maximumBatch: 32), dataset: dataset)
        #expect(trainer.replica.parameters.slice.array == hand.replica.parameters.slice.array)
        for step in 0..<2 * Self.stepsPerEpoch {
            let result = try trainer.step(stopReason: nil)
            let meanLoss = try hand.step(step, stepsPerEpoch: Self.stepsPerEpoch)
            #expect(result.meanLoss == meanLoss, "step \(step)")
            #expect(trainer.replica.parameters.slice.array == hand.replica.parameters.slice.array, "step \(step)")
            let statistics = trainer.replica.runningStatistics.slice.array
            #expect(statistics == hand.replica.runningStatistics.slice.array, "step \(step)")
        }
    }
}

/// One rank's training with two shards, written as plainly as possible.
private final class HandLoop {
    let replica: Replica
    private let dataset: ImageDataset
    private let loader: BatchLoader
    private let optimizer: Optimizer
    private let workspace: ShardWorkspace
    private let gradient: AlignedBuffer
    private let shardGradient: AlignedBuffer

    init(network: Network, dataset: ImageDataset) throws {
        self.dataset = dataset
        replica = Replica(of: network)
        network.initialize(replica.parameters.slice, scheme: .heNormal, seed: 5)
        loader = try BatchLoader(
            dataset: dataset,
            augmentation: Augmentation(mirror: true, translationPixels: 0),
            seed: 5
        )
        optimizer = Optimizer(
            rule: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, decouplesDecay: false),
            clipNorm: 0.5,
            elementCount: network.parameterElementCount
        )
        workspace = ShardWorkspace(for: network)
        gradient = AlignedBuffer(count: network.elementCount)
        shardGradient = AlignedBuffer(count: network.elementCount)
    }

    /// Makes a step after `step` earlier ones; returns its mean loss.
    func step(_ step: Int, stepsPerEpoch: Int) throws -> Double {
        let epoch = step / stepsPerEpoch
        let batch = EpochOrder(sampleCount: dataset.training.count, seed: 5, epoch: epoch)
            .batch(step % stepsPerEpoch, ofSize: 30)
        let half = batch.startIndex + batch.count / 2
        replica.prepareWeights()
        gradient.slice.fill(0)
        for shard in [batch[..<half], batch[half...]] {
            train(on: shard, epoch: epoch, batchSize: batch.count)
            for index in 0..<gradient.slice.count { gradient.slice.base[index] += shardGradient.slice[index] }
        }
        let progress = Double(step) / Double(2 * stepsPerEpoch)
        let cosine = (1 + cos(Double.pi * progress)) / 2
        _ = optimizer.update(
            replica.parameters.slice,
            gradient: gradient.slice.prefix(replica.network.parameterElementCount),
            learningRate: Float(0.02 * (0.1 + 0.9 * cosine)),
            step: step + 1
        )
        replica.updateRunningStatistics(from: gradient.slice, globalBatchSize: batch.count)
        return Double(gradient.slice[replica.network.lossIndex]) / Double(batch.count)
    }

    private func train(on shard: ArraySlice<Int32>, epoch: Int, batchSize: Int) {
        workspace.labels.withUnsafeMutableBufferPointer { labels in
            loader.load(
                shard,
                from: dataset.training,
                epoch: epoch,
                into: workspace.input(batch: shard.count),
                labels: labels
            )
        }
        replica.train(
            SampleCoordinates(seed: 5, epoch: epoch, samples: shard),
            loss: LossFunction(labelSmoothing: 0.2, gradientScale: 1 / Float(batchSize)),
            gradient: shardGradient.slice,
            workspace: workspace
        ) { _ in }
    }
}
