public import Collectives
public import Configuration
import Datasets
import Formatting
import Foundation
import GradientReduction
import Networks
import Tensors

/// A checkpoint and the test set, to be evaluated on all ranks: `evaluate`.
public final class CheckpointEvaluation {
    private let replica: Replica
    private let dataset: ImageDataset
    private let communicator: any Communicator
    private let threadCount: Int

    /// Loads a checkpoint's weights on rank 0, gives them to all, and loads the test set.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - checkpoint: A run folder, a checkpoint folder or a file of weights.
    ///   - configuration: What names network and data.
    ///   - communicator: The ranks.
    ///   - notice: Told, on rank 0, of newer checkpoints that were passed over; by default nobody is.
    /// - Throws: The typed errors of the modules below.
    public init(
        checkpoint: String,
        configuration: Configuration,
        communicator: any Communicator,
        notice: (String) -> Void = { _ in }
    ) throws {
        let network = try configuration.makeNetwork(maximumBatch: ShardRunner.evaluationChunkSize)
        replica = Replica(of: network)
        if communicator.rank == 0 { try replica.restore(from: checkpoint, notice: notice) }
        try communicator.broadcast(replica.parameters.slice, from: 0)
        try communicator.broadcast(replica.runningStatistics.slice, from: 0)
        dataset = try configuration.dataset.load()
        threadCount = ThreadBudget.threadCount(
            requested: configuration.parallel.threadsPerRank,
            node: communicator.node
        )
        self.communicator = communicator
    }

    /// Evaluates the test images, each moved by so many pixels over its reflected border.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter shiftPixels: How far the images move: down, up, right and left in turn. By default they don't.
    /// - Returns: Loss and accuracy over all directions, on every rank.
    /// - Throws: `DatasetError.invalidOption` where the images are too small for that; `CollectiveError`.
    public func run(shiftPixels: Int = 0) throws -> EvaluationResult {
        let results = try PixelShift.inEachDirection(pixels: shiftPixels).map { shift in
            try ShardRunner(
                replica: replica,
                dataset: dataset,
                loader: BatchLoader(dataset: dataset, shift: shift),
                threadCount: threadCount
            ).evaluate(over: communicator)
        }
        let count = Double(results.count)
        return EvaluationResult(
            meanLoss: results.reduce(0) { $0 + $1.meanLoss } / count,
            accuracy: results.reduce(0) { $0 + $1.accuracy } / count,
            imageCount: results.reduce(0) { $0 + $1.imageCount }
        )
    }
}

extension EvaluationResult {
    /// The result in a line.
    public var text: String {
        "test accuracy \(Format.fixed(accuracy, digits: 4)), test loss \(Format.fixed(meanLoss, digits: 4)) "
            + "over \(imageCount) images"
    }

    /// The result as JSON.
    public var json: String {
        "{\"images\": \(imageCount), \"test_accuracy\": \(accuracy), \"test_loss\": \(meanLoss)}"
    }
}
