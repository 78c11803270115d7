import Assembly
package import Collectives
package import ConfigurationFiles
package import Datasets
import Foundation
import GradientReduction
import ModelCheckpoints
package import Networks
package import Tensors
import Training

/// A trained network with which all ranks classify images together.
///
/// Images are run in chunks of 32, which are assigned to the ranks in turn, so that the bits of an answer are the same
/// on any number of ranks and threads.
package final class Predictor {
    /// Images in a chunk.
    package static let chunkSize = 32
    /// Chunks that a thread runs between two exchanges with the other ranks.
    private static let chunksPerThread = 4

    /// The network and its weights.
    package let replica: Replica
    /// The ranks.
    package let communicator: any Communicator
    /// The checkpoint folder, or the file of weights, that was read; on rank 0.
    package let checkpointPath: String?
    private let team: ThreadTeam
    private let workspaces: [ShardWorkspace]

    /// Loads a checkpoint's weights on rank 0, and sends them to all ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - checkpoint: A run folder, a checkpoint folder or a file of weights.
    ///   - configuration: The configuration of the network.
    ///   - description: The data set's images and classes; by default they are looked up.
    ///   - communicator: The ranks.
    ///   - notice: Called on rank 0 for newer checkpoints that were skipped.
    /// - Throws: The typed errors of the modules below.
    package init(
        checkpoint: String,
        configuration: Configuration,
        description: DatasetDescription? = nil,
        communicator: any Communicator,
        notice: @escaping (String) -> Void
    ) throws {
        let network = try configuration.makeNetwork(maximumBatch: Self.chunkSize, for: description)
        let replica = Replica(of: network)
        self.replica = replica
        checkpointPath = try communicator.keepingInTouch(onRank: 0) {
            try replica.restore(from: checkpoint, notice: notice)
        }
        try communicator.broadcast(replica.parameters.slice, from: 0)
        try communicator.broadcast(replica.runningStatistics.slice, from: 0)
        replica.prepareWeights()
        self.communicator = communicator
        let threadCount = ThreadBudget.threadCount(
            requested: configuration.parallel.threadsPerRank,
            node: communicator.node
        )
        ThreadBudget.widenBinding(toThreads: threadCount, node: communicator.node)
        team = ThreadTeam(size: threadCount)
        workspaces = (0..<threadCount).map { [replica] _ in ShardWorkspace(for: replica.network) }
    }

    /// Some consecutive images, and the network's answers.
    package struct Chunk {
        /// The images.
        package let images: Range<Int>
        /// `[N, K]`; meaningless if `isLoaded` is false.
        package let logits: ArraySlice<Float>
        /// Whether each image could be loaded, `[N]`.
        package let isLoaded: ArraySlice<Bool>
    }

    /// Classifies images in order.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - count: The number of images.
    ///   - views: Over which views of an image the logits are averaged; by default the image alone.
    ///   - load: Writes a view of consecutive images, `[N, H, W, C]`, and says which of them could be loaded; called from several
    ///     threads at once, on one rank for each image.
    ///   - receive: Called on every rank with all chunks in the order of the images.
    /// - Throws: `CollectiveError`, and what `receive` throws.
    package func run(
        count: Int,
        views: TestTimeAugmentation = .none,
        load: (Range<Int>, Augmentation.Placement, TensorSlice) -> [Bool],
        receive: (Chunk) throws -> Void
    ) throws {
        let chunkCount = (count + Self.chunkSize - 1) / Self.chunkSize
        let roundCount = team.size * Self.chunksPerThread
        let worldSize = communicator.worldSize
        for first in stride(from: 0, to: chunkCount, by: roundCount * worldSize) {
            let end = min(first + roundCount * worldSize, chunkCount)
            let rounds = (end - first + worldSize - 1) / worldSize
            let (logits, isLoaded) = answers(
                rounds: rounds,
                firstChunk: first,
                count: count,
                views: views.views,
                load: load
            )
            let allLogits = try communicator.allGather(logits)
            let allLoaded = try communicator.allGather(isLoaded)
            for chunk in first..<end {
                let (round, rank) = ((chunk - first) / worldSize, (chunk - first) % worldSize)
                let images = Self.images(of: chunk, count: count)
                let start = (rank * rounds + round) * Self.chunkSize
                let rows = start..<start + images.count
                let classCount = replica.network.classCount
                let numbers = rows.lowerBound * classCount..<rows.upperBound * classCount
                try receive(Chunk(images: images, logits: allLogits[numbers], isLoaded: allLoaded[rows]))
            }
        }
    }

    /// This rank's chunks of a few rounds, padded to whole chunks.
    private func answers(
        rounds: Int,
        firstChunk: Int,
        count: Int,
        views: [TestTimeAugmentation.View],
        load: (Range<Int>, Augmentation.Placement, TensorSlice) -> [Bool]
    ) -> (logits: [Float], isLoaded: [Bool]) {
        let classCount = replica.network.classCount
        let weights = views.map(\.weight)
        var logits = Array(repeating: Float(0), count: rounds * Self.chunkSize * classCount)
        var isLoaded = Array(repeating: false, count: rounds * Self.chunkSize)
        logits.withUnsafeMutableBufferPointer { logits in
            isLoaded.withUnsafeMutableBufferPointer { isLoaded in
                team.run { member in
                    for round in stride(from: member, to: rounds, by: team.size) {
                        let chunk = firstChunk + round * communicator.worldSize + communicator.rank
                        let images = Self.images(of: chunk, count: count)
                        guard !images.isEmpty else { continue }
                        let workspace = workspaces[member]
                        var loaded: [Bool] = []
                        let answers = replica.logits(
                            batch: images.count,
                            weights: weights,
                            workspace: workspace
                        ) { view in
                            loaded = load(images, views[view].placement, workspace.input(batch: images.count))
                        }
                        let start = round * Self.chunkSize
                        for index in loaded.indices { isLoaded[start + index] = loaded[index] }
                        for index in 0..<answers.count { logits[start * classCount + index] = answers[index] }
                    }
                }
            }
        }
        return (logits, isLoaded)
    }

    private static func images(of chunk: Int, count: Int) -> Range<Int> {
        min(chunk * chunkSize, count)..<min((chunk + 1) * chunkSize, count)
    }
}

/// The probabilities of the classes (softmax), summed in double precision.
///
/// - Parameter logits: One for each class, at least one.
/// - Returns: As many numbers, whose sum is 1.
package func softmax(_ logits: ArraySlice<Float>) -> [Float] {
    let largest = Double(logits.max() ?? 0)
    let exponentials = logits.map { exp(Double($0) - largest) }
    let total = exponentials.reduce(0, +)
    return exponentials.map { Float($0 / total) }
}

/// The class with the largest logit; of equal ones the first, as in training.
package func largest(of logits: ArraySlice<Float>) -> Int {
    var best = logits.startIndex
    for index in logits.indices where logits[index] > logits[best] { best = index }
    return best - logits.startIndex
}
