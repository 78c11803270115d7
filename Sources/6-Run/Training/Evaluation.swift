import Collectives
import Kernels

/// The mean loss and the accuracy over the whole test set.
package struct EvaluationResult: Sendable, Equatable {
    /// Cross-entropy in nats, without label smoothing.
    package let meanLoss: Double
    /// The fraction of images whose label has the largest logit.
    package let accuracy: Double
    /// The number of images; each was evaluated once.
    package let imageCount: Int
}

extension ShardRunner {
    /// Samples in a chunk, on any number of ranks.
    static let evaluationChunkSize = 32

    /// Evaluates every test image once, whatever the number of ranks: chunks are assigned to the ranks in turn, counts
    /// are summed as integers, and the chunks' losses are added in a fixed order.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter communicator: The ranks.
    /// - Returns: The result, on every rank.
    /// - Throws: `CollectiveError`.
    func evaluate(over communicator: any Communicator) throws(CollectiveError) -> EvaluationResult {
        let imageCount = testImageCount
        let chunkCount = (imageCount + Self.evaluationChunkSize - 1) / Self.evaluationChunkSize
        let worldSize = communicator.worldSize
        let chunks = Array(stride(from: communicator.rank, to: chunkCount, by: worldSize))
        let sums = evaluate(chunks: chunks, chunkSize: Self.evaluationChunkSize)
        let correctCount = try communicator.allGather(sums.reduce(0) { $0 + $1.correctCount }).reduce(0, +)
        // Each rank's losses, padded to the number of rank 0.
        let roundCount = (chunkCount + worldSize - 1) / worldSize
        let losses = sums.map(\.loss) + Array(repeating: 0, count: roundCount - sums.count)
        let gathered = try communicator.allGather(losses)
        let lossSum = (0..<chunkCount).reduce(0.0) { sum, chunk in
            sum + Double(gathered[chunk % worldSize * roundCount + chunk / worldSize])
        }
        return EvaluationResult(
            meanLoss: lossSum / Double(imageCount),
            accuracy: Double(correctCount) / Double(imageCount),
            imageCount: imageCount
        )
    }
}
