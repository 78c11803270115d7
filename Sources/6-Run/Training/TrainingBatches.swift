import ConfigurationFiles
import Datasets
import GradientReduction
import Networks

/// The batches of a run, step by step.
///
/// They depend only on the configuration and the number of samples.
struct TrainingBatches {
    let stepsPerEpoch: Int
    private let configuration: Configuration
    private let sampleCount: Int
    private let plan: ShardPlan
    private let parts: ShardPlan
    private let rank: Int
    /// The order of the samples in the epoch of the last batch.
    private var order: EpochOrder
    private var orderEpoch = 0

    /// - Parameters:
    ///   - configuration: The run's configuration.
    ///   - sampleCount: Samples of an epoch.
    ///   - plan: The shards of a batch.
    ///   - parts: The parts of the shards; every shard has the same number.
    ///   - rank: This rank.
    init(_ configuration: Configuration, sampleCount: Int, plan: ShardPlan, parts: ShardPlan, rank: Int) {
        self.configuration = configuration
        self.sampleCount = sampleCount
        self.plan = plan
        self.parts = parts
        self.rank = rank
        order = EpochOrder(sampleCount: sampleCount, seed: configuration.training.seed, epoch: 0)
        let batchSize = configuration.training.globalBatchSize
        stepsPerEpoch =
            configuration.training.dropsLast ? sampleCount / batchSize : order.batchCount(ofSize: batchSize)
    }

    /// The batch of a step.
    ///
    /// Shuffles when the epoch changes.
    ///
    /// - Parameter step: The step, from 0.
    /// - Returns: The batch.
    mutating func batch(ofStep step: Int) -> TrainingBatch {
        let epoch = step / stepsPerEpoch
        if orderEpoch != epoch {
            order = EpochOrder(sampleCount: sampleCount, seed: configuration.training.seed, epoch: epoch)
            orderEpoch = epoch
        }
        return batch(ofOrderedStep: step)
    }

    /// The batch of a step; nil if its epoch is another than that of the last batch.
    func batchOfSameEpoch(ofStep step: Int) -> TrainingBatch? {
        step / stepsPerEpoch == orderEpoch ? batch(ofOrderedStep: step) : nil
    }

    private func batch(ofOrderedStep step: Int) -> TrainingBatch {
        let samples = order.batch(step % stepsPerEpoch, ofSize: configuration.training.globalBatchSize)
        return TrainingBatch(
            samples: samples,
            epoch: orderEpoch,
            seed: configuration.training.seed,
            loss: LossFunction(
                labelSmoothing: Float(configuration.loss.labelSmoothing),
                gradientScale: 1 / Float(samples.count)
            ),
            plan: plan,
            parts: parts,
            rank: rank
        )
    }
}
