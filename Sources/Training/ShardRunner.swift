import Datasets
import GradientReduction
import Kernels
import Networks
import Tensors
import Tracing

/// Runs a rank's virtual shards on its threads.
///
/// What a shard gives depends on the shard alone: neither the thread that runs it nor the order in which threads come to
/// it changes a bit.
final class ShardRunner {
    private let replica: Replica
    private let dataset: ImageDataset
    private let loader: BatchLoader
    private let team: ThreadTeam
    private let workspaces: [ShardWorkspace]
    /// The batch whose first shards already lie in the workspaces.
    private var loadedBatch: Batch.ID?

    init(replica: Replica, dataset: ImageDataset, loader: BatchLoader, threadCount: Int) {
        self.replica = replica
        self.dataset = dataset
        self.loader = loader
        team = ThreadTeam(size: threadCount)
        workspaces = (0..<threadCount).map { _ in ShardWorkspace(for: replica.network) }
    }

    /// A global batch of training, and how it is cut.
    struct Batch {
        /// All samples of the batch, on all ranks alike.
        let samples: ArraySlice<Int32>
        let epoch: Int
        let seed: UInt64
        let loss: LossFunction
        let plan: ShardPlan
        let rank: Int

        /// What tells one batch of a run from another.
        struct ID: Equatable {
            let epoch: Int
            let firstSample: Int
        }

        var id: ID { ID(epoch: epoch, firstSample: samples.startIndex) }

        /// The samples of one of this rank's shards.
        func samples(ofLocalShard index: Int) -> SampleCoordinates {
            let shard = plan.shards(ofRank: rank)[plan.shards(ofRank: rank).lowerBound + index]
            let range = plan.samples(ofShard: shard, inBatchOf: samples.count)
            let slice = samples[samples.startIndex + range.lowerBound..<samples.startIndex + range.upperBound]
            return SampleCoordinates(seed: seed, epoch: epoch, samples: slice)
        }
    }

    /// Fills the reducer's buffers with this rank's shards' gradients, reducing those that are complete meanwhile.
    func computeGradients(
        of batch: Batch,
        into reducer: any GradientReducer,
        overlapsReduction: Bool
    ) throws(ReductionError) {
        var failure: ReductionError?
        let isLoaded = loadedBatch == batch.id
        loadedBatch = nil
        team.run { member in
            let workspace = workspaces[member]
            for index in stride(from: member, to: reducer.localShardCount, by: team.size) {
                let samples = batch.samples(ofLocalShard: index)
                if index != member || !isLoaded { load(samples, member: member) }
                replica.train(
                    samples,
                    loss: batch.loss,
                    gradient: reducer.gradient(ofLocalShard: index),
                    workspace: workspace
                ) { offset in
                    reducer.markReady(localShard: index, from: offset)
                    // MPI belongs to the thread that the others help.
                    guard overlapsReduction, member == 0, failure == nil else { return }
                    do throws(ReductionError) {
                        try workspace.recorder.measure(.reducing) { () throws(ReductionError) in
                            try reducer.progress()
                        }
                    } catch {
                        failure = error
                    }
                }
            }
        }
        if let failure { throw failure }
    }

    /// Loads what each thread will run first of the next batch, while the ranks still reduce this one's gradients.
    ///
    /// It lasts until the workspaces are used for anything else.
    func loadAhead(_ batch: Batch, localShardCount: Int) {
        team.run { member in
            if member < localShardCount { load(batch.samples(ofLocalShard: member), member: member) }
        }
        loadedBatch = batch.id
    }

    /// Runs chunk after chunk of the test set forward.
    ///
    /// - Parameters:
    ///   - chunks: Which chunks this rank runs, of `chunkSize` samples each but the last.
    ///   - chunkSize: At most the largest shard.
    /// - Returns: Each chunk's loss and number of correct answers, in the order of `chunks`.
    func evaluate(chunks: [Int], chunkSize: Int) -> [SoftmaxCrossEntropy.Sums] {
        let order = EpochOrder(sequential: dataset.test.count)
        let loss = LossFunction(labelSmoothing: 0, gradientScale: 1)
        var results = Array(repeating: SoftmaxCrossEntropy.Sums.zero, count: chunks.count)
        loadedBatch = nil
        replica.prepareWeights()
        results.withUnsafeMutableBufferPointer { results in
            team.run { member in
                let workspace = workspaces[member]
                for position in stride(from: member, to: chunks.count, by: team.size) {
                    let samples = order.batch(chunks[position], ofSize: chunkSize)
                    load(samples, from: dataset.test, epoch: nil, into: workspace)
                    let logits = replica.logits(batch: samples.count, workspace: workspace)
                    results[position] = loss.evaluate(
                        logits: logits,
                        labels: workspace.labels[..<samples.count],
                        classCount: replica.network.classCount,
                        gradient: nil
                    )
                }
            }
        }
        return results
    }

    /// The position of the first layer whose activations for this rank's part of a batch are not finite.
    func firstLayerNotFinite(in batch: Batch, localShardCount: Int) -> Int? {
        let gradient = AlignedBuffer(count: replica.network.elementCount)
        loadedBatch = nil
        let positions = (0..<localShardCount).compactMap { index in
            let samples = batch.samples(ofLocalShard: index)
            load(samples, member: 0)
            replica.train(
                samples,
                loss: batch.loss,
                gradient: gradient.slice,
                workspace: workspaces[0],
                isReady: { _ in }
            )
            return replica.firstLayerNotFinite(batch: samples.samples.count, workspace: workspaces[0])
        }
        return positions.min()
    }

    /// The recorders of all threads, the caller's first; empty where nobody wants to know what they do.
    var recorders: [SpanRecorder] {
        get { workspaces.compactMap(\.recorder) }
        set {
            precondition(newValue.isEmpty || newValue.count == team.size, "recorders: one for each thread needed")
            for (index, workspace) in workspaces.enumerated() {
                workspace.recorder = newValue.isEmpty ? nil : newValue[index]
            }
        }
    }

    /// Notes what the caller's thread does; nil where nobody wants to know.
    var recorder: SpanRecorder? { workspaces[0].recorder }

    /// How many threads there are.
    var threadCount: Int { team.size }

    var testImageCount: Int { dataset.test.count }

    private func load(_ samples: SampleCoordinates, member: Int) {
        load(samples.samples, from: dataset.training, epoch: samples.epoch, into: workspaces[member])
    }

    private func load(_ samples: ArraySlice<Int32>, from set: ImageSet, epoch: Int?, into workspace: ShardWorkspace) {
        workspace.recorder.measure(.data) {
            workspace.labels.withUnsafeMutableBufferPointer { labels in
                loader.load(
                    samples,
                    from: set,
                    epoch: epoch,
                    into: workspace.input(batch: samples.count),
                    labels: labels
                )
            }
        }
    }
}
