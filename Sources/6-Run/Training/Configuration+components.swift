public import Configuration
import Datasets
import GradientReduction
import NetworkAssembly
public import Networks
import Optimizers

extension DatasetName {
    /// The shape of one of its images.
    var imageShape: FeatureShape { .image(height: sidePixels, width: sidePixels, channels: channelCount) }
}

extension AugmentationOptions {
    /// The augmentation that the options describe.
    var augmentation: Augmentation { Augmentation(mirror: mirror, translationPixels: translationPixels) }
}

extension Configuration {
    /// Which rank runs which virtual shard.
    func shardPlan(worldSize: Int) throws(ReductionError) -> ShardPlan {
        try parallel.reduction.method.shardPlan(virtualShards: parallel.virtualShards, worldSize: worldSize)
    }

    /// Makes the configured network for training on `worldSize` ranks.
    func makeNetwork(worldSize: Int) throws -> Network {
        let shards = try shardPlan(worldSize: worldSize)
        let largest = shards.samples(ofShard: 0, inBatchOf: training.globalBatchSize).count
        return try makeNetwork(maximumBatch: max(largest, ShardRunner.evaluationChunkSize))
    }

    /// Makes the configured network.
    ///
    /// - Parameters:
    ///   - maximumBatch: The most samples that are run at once.
    ///   - needsInputGradient: Whether `backward` is to give the gradient with respect to the input; by default not.
    ///   - fusesLayers: Whether neighbouring layers may be computed as one; by default so.
    /// - Returns: The network.
    /// - Throws: `ConfigurationError` where a layer is wrong.
    public func makeNetwork(
        maximumBatch: Int,
        needsInputGradient: Bool = false,
        fusesLayers: Bool = true
    ) throws(ConfigurationError) -> Network {
        try Network(
            network,
            inputShape: dataset.name.imageShape,
            classCount: dataset.name.classCount,
            maximumBatch: maximumBatch,
            needsInputGradient: needsInputGradient,
            fusesLayers: fusesLayers
        )
    }
}

extension Configuration {
    /// That the learning rate never gets where it is to go; nil where it does.
    var warmupNotice: String? {
        guard schedule.warmupEpochs > Double(training.epochs) else { return nil }
        return "schedule.warmupEpochs is \(schedule.warmupEpochs), more than training.epochs, \(training.epochs): "
            + "the learning rate won't rise to optimizer.learningRate; lower the one or raise the other"
    }
}

extension OptimizerOptions.Rule {
    /// The rule's name in configurations.
    var name: String {
        switch self {
        case .sgd: "sgd"
        case .adam: "adam"
        case .adamw: "adamw"
        }
    }
}

extension OptimizerOptions {
    /// The rule with its numbers in single precision.
    var optimizerRule: OptimizerRule {
        let weightDecay = Float(weightDecay)
        switch rule {
        case .sgd(let momentum, let nesterov):
            return .sgd(momentum: Float(momentum), isNesterov: nesterov, weightDecay: weightDecay)
        case .adam(let beta1, let beta2, let epsilon):
            return .adam(
                beta1: Float(beta1),
                beta2: Float(beta2),
                epsilon: Float(epsilon),
                weightDecay: weightDecay,
                decouplesDecay: false
            )
        case .adamw(let beta1, let beta2, let epsilon):
            return .adam(
                beta1: Float(beta1),
                beta2: Float(beta2),
                epsilon: Float(epsilon),
                weightDecay: weightDecay,
                decouplesDecay: true
            )
        }
    }
}

extension ScheduleOptions {
    /// The schedule in steps.
    func schedule(stepsPerEpoch: Int, epochs: Int) -> LearningRateSchedule {
        let shape: LearningRateSchedule.Shape =
            switch self.shape {
            case .constant: .constant
            case .step(let epochs, let factor): .step(steps: epochs * stepsPerEpoch, factor: factor)
            case .cosine(let finalFraction): .cosine(finalFraction: finalFraction)
            case .oneCycle(let initialFraction, let peakFraction, let finalFraction):
                .oneCycle(
                    initialFraction: initialFraction,
                    peakFraction: peakFraction,
                    finalFraction: finalFraction
                )
            }
        return LearningRateSchedule(
            shape: shape,
            warmupSteps: Int((warmupEpochs * Double(stepsPerEpoch)).rounded()),
            totalSteps: epochs * stepsPerEpoch
        )
    }
}

extension Reduction {
    /// The method that the option names.
    var method: ReductionMethod {
        switch self {
        case .reproducible: .reproducible
        case .fast: .fast
        }
    }
}
