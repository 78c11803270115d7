import Collectives
import ConfigurationFiles
import Formatting
import GradientReduction
import Kernels
import Metrics
import Networks

/// The description of a run in its first lines of output and in its records.
struct RunDescription {
    let configurationName: String
    let directory: String
    let seed: UInt64
    let parameterCount: Int
    let sampleCount: Int
    let worldSize: Int
    let shardCount: Int
    /// Shards of each rank.
    let shardCounts: [Int]
    /// The images that evaluations use.
    let evaluatedSamples: EvaluationOptions.Samples
    let environment: RunEnvironment
    /// The length of the run.
    let plan: RunPlan
    /// Where the run's weights came from when it began; nil if the seed made them, and on all ranks but 0.
    var origin: WeightOrigin?

    init(of trainer: Trainer, _ options: RunArguments) {
        let configuration = trainer.configuration
        let epochs = min(configuration.training.epochs, options.maximumEpochs ?? .max)
        configurationName = options.configurationName
        directory = options.directory
        seed = configuration.training.seed
        parameterCount = trainer.replica.network.parameterCount
        sampleCount = trainer.sampleCount
        worldSize = trainer.communicator.worldSize
        shardCount = trainer.shards.virtualShards
        shardCounts = (0..<worldSize).map { trainer.shards.shards(ofRank: $0).count }
        evaluatedSamples = configuration.evaluation.samples
        environment = trainer.environment
        plan = RunPlan(
            epochs: configuration.training.epochs,
            stepsPerEpoch: trainer.stepsPerEpoch,
            totalSteps: min(trainer.stepCount, epochs * trainer.stepsPerEpoch, options.maximumSteps ?? .max),
            globalBatchSize: configuration.training.globalBatchSize
        )
    }

    /// Two lines that fit a terminal of 80 columns.
    var lines: [String] {
        let ranks = Format.count(worldSize, "rank")
        let threads = Format.count(environment.threadCount, "thread")
        return [
            "\(configurationName): \(Format.grouped(parameterCount)) parameters, \(ranks) × \(threads), "
                + "\(BLAS.kernelName), \(VectorInstructions.best?.name ?? "no vectors")",
            "\(Format.count(plan.totalSteps, "step")) on \(Format.count(sampleCount, "image")) into \(directory), "
                + "batch \(plan.globalBatchSize), \(Format.count(shardCount, "shard"))",
        ] + (origin.map { ["weights of \($0.text)"] } ?? [])
    }

    /// The versions on which the bits depend, one per line.
    var numericsLines: [String] {
        environment.numerics.sorted { $0.key < $1.key }.map { name, value in "\(name): \(value)" }
    }
}
