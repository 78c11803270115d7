import Checkpoints
public import Collectives
public import Configuration
import Datasets
import Foundation
import GradientReduction
import Networks
import Optimizers
import Tensors

/// Evaluates a checkpoint on all ranks: `evaluate`.
public enum CheckpointEvaluation {
    /// Loads a checkpoint's weights on rank 0, gives them to all, and evaluates the test set.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - checkpoint: A run folder, a checkpoint folder or a file of weights.
    ///   - configuration: What names network and data.
    ///   - communicator: The ranks.
    /// - Returns: Loss and accuracy, on every rank.
    /// - Throws: The typed errors of the modules below.
    public static func run(
        checkpoint: String,
        configuration: Configuration,
        communicator: any Communicator
    ) throws -> EvaluationResult {
        let network = try configuration.makeNetwork(maximumBatch: ShardRunner.evaluationChunkSize)
        let replica = Replica(of: network)
        let contents = CheckpointContents(
            replica: replica,
            optimizer: Optimizer(rule: configuration.optimizer.optimizerRule, elementCount: 0)
        )
        if communicator.rank == 0 { try contents.restoreModel(from: CheckpointStore.load(checkpoint)) }
        try communicator.broadcast(replica.parameters.slice, from: 0)
        try communicator.broadcast(replica.runningStatistics.slice, from: 0)
        let dataset = try configuration.dataset.load()
        let runner = ShardRunner(
            replica: replica,
            dataset: dataset,
            loader: try BatchLoader(dataset: dataset, augmentation: .none, seed: 0),
            threadCount: ThreadBudget.threadCount(
                requested: configuration.parallel.threadsPerRank,
                node: communicator.node
            )
        )
        return try runner.evaluate(over: communicator)
    }
}

extension EvaluationResult {
    /// The result in a line.
    public var text: String {
        "test accuracy \(fixed(accuracy, digits: 4)), test loss \(fixed(meanLoss, digits: 4)) over \(imageCount) images"
    }

    /// The result as JSON.
    public var json: String {
        "{\"images\": \(imageCount), \"test_accuracy\": \(accuracy), \"test_loss\": \(meanLoss)}"
    }
}

/// A number with so many digits after the point.
func fixed(_ value: Double, digits: Int) -> String { String(format: "%.\(digits)f", value) }
