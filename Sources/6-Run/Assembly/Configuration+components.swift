package import ConfigurationFiles
package import Datasets
package import GradientReduction
import NetworkAssembly
package import Networks
package import Optimizers

extension ImageShape {
    /// The shape as a network's input; features that aren't an image are a vector.
    package var features: FeatureShape {
        height == 1 && width == 1
            ? .vector(count: channels, image: nil) : .image(height: height, width: width, channels: channels)
    }
}

extension AugmentationOptions {
    /// The augmentation that the options describe.
    package var augmentation: Augmentation {
        Augmentation(
            mirror: mirror.mirror,
            translationPixels: translationPixels,
            border: border == .zeros ? .zeros : .reflected,
            cutoutPixels: cutoutPixels,
            minimumCropArea: minimumCropArea,
            rotationDegrees: rotationDegrees,
            colorJitter: colorJitter,
            mixupAlpha: mixupAlpha
        )
    }
}

extension EvaluationOptions.TestTimeAugmentation {
    /// The views that the option names.
    package var views: TestTimeAugmentation {
        switch self {
        case .none: .none
        case .mirror: .mirror
        case .translate: .translate
        }
    }
}

extension AugmentationOptions.Mirror {
    fileprivate var mirror: Augmentation.Mirror {
        switch self {
        case .none: .none
        case .random: .random
        case .alternating: .alternating
        }
    }
}

extension Configuration {
    /// The assignment of virtual shards to ranks.
    package func shardPlan(worldSize: Int) throws(ReductionError) -> ShardPlan {
        try parallel.reduction.shardPlan(virtualShards: parallel.virtualShards, worldSize: worldSize)
    }

    /// How the samples of all shards' parts lie in a batch: as if each part were a shard.
    ///
    /// - Parameter worldSize: How many ranks there are.
    /// - Returns: The plan; each shard has `training.accumulationSteps` parts.
    /// - Throws: `ReductionError.moreRanksThanShards`.
    package func partPlan(worldSize: Int) throws(ReductionError) -> ShardPlan {
        let shards = try shardPlan(worldSize: worldSize).virtualShards
        return try ShardPlan(virtualShards: shards * training.accumulationSteps, worldSize: worldSize)
    }

    /// Creates the configured network.
    ///
    /// - Parameters:
    ///   - maximumBatch: The largest number of samples in a call.
    ///   - description: The data set's images and classes; by default they are looked up.
    ///   - needsInputGradient: Whether `backward` must compute the gradient with respect to the input; by default not.
    ///   - fusesLayers: Whether neighbouring layers may be computed in one pass; by default so.
    /// - Returns: The network.
    /// - Throws: `ConfigurationError` if a layer is wrong, or the data set can't be looked up.
    package func makeNetwork(
        maximumBatch: Int,
        for description: DatasetDescription? = nil,
        needsInputGradient: Bool = false,
        fusesLayers: Bool = true
    ) throws(ConfigurationError) -> Network {
        let data: DatasetDescription
        if let description { data = description } else { data = try datasetDescription() }
        return try Network(
            network,
            inputShape: data.shape.features,
            classCount: data.classCount,
            maximumBatch: maximumBatch,
            needsInputGradient: needsInputGradient,
            fusesLayers: fusesLayers
        )
    }
}

extension Configuration {
    /// The description of the data set, which is needed to create a network.
    ///
    /// - Returns: The shape of the images, the classes, and the number of images.
    /// - Throws: `ConfigurationError` if the user's own data set can't be looked up.
    package func datasetDescription() throws(ConfigurationError) -> DatasetDescription {
        do {
            return try dataset.describe()
        } catch {
            throw dataset.error("\(error)")
        }
    }

    /// Refuses to leave out a batch that is the only one.
    ///
    /// - Parameter sampleCount: Samples of an epoch.
    /// - Throws: `ConfigurationError` at `training.dropLast`.
    package func requireWholeBatch(sampleCount: Int) throws(ConfigurationError) {
        guard training.dropsLast, sampleCount < training.globalBatchSize else { return }
        throw error(
            "dropLast",
            inSection: "training",
            "leaves no step: there are \(sampleCount) samples, and training.globalBatchSize is "
                + "\(training.globalBatchSize)",
            hint: "leave it out, or take a smaller batch"
        )
    }

    /// A notice that the learning rate never reaches its maximum; nil if it does.
    package var warmupNotice: String? {
        guard schedule.warmupEpochs > Double(training.epochs) else { return nil }
        return "\(file): schedule.warmupEpochs is \(schedule.warmupEpochs), more than training.epochs, "
            + "\(training.epochs): the learning rate won't rise to optimizer.learningRate; lower the one or raise the other"
    }
}

extension OptimizerOptions.Rule {
    /// The rule's name in configurations.
    package var name: String {
        switch self {
        case .sgd: "sgd"
        case .adam: "adam"
        case .adamw: "adamw"
        case .muon: "muon"
        }
    }
}

extension OptimizerOptions {
    /// The rule in single precision.
    package var optimizerRule: OptimizerRule {
        let weightDecay = Float(weightDecay)
        switch rule {
        case .sgd(let momentum, let nesterov):
            return .sgd(momentum: Float(momentum), isNesterov: nesterov, weightDecay: weightDecay)
        case .muon(let momentum, let nesterov, let iterations, let renormalizes, let others):
            return .muon(
                MuonRule(
                    momentum: Float(momentum),
                    isNesterov: nesterov,
                    weightDecay: weightDecay,
                    iterations: iterations,
                    renormalizes: renormalizes,
                    others: .init(
                        learningRateFactor: Float(others.learningRate / learningRate),
                        momentum: Float(others.momentum),
                        isNesterov: others.nesterov,
                        weightDecay: Float(others.weightDecay)
                    )
                )
            )
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
