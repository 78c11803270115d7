import Datasets
import GradientReduction
import Kernels
import Networks
import Tensors
import Tracing

/// Runs a rank's virtual shards on its threads.
///
/// The result of a shard depends on the shard only: not on the thread that computes it, nor on the order of shards.
package final class ShardRunner {
    private let replica: Replica
    private let dataset: ImageDataset
    private let loader: BatchLoader
    /// The views of each evaluated image.
    private let views: [TestTimeAugmentation.View]
    private let team: ThreadTeam
    private let order: ShardOrder
    /// At least one per thread, and as many as `order` needs.
    private let workspaces: [ShardWorkspace]
    /// One for each thread; empty without gradient accumulation.
    private let accumulators: [GradientAccumulator]
    /// The batch whose first shards are already in the workspaces.
    private var loadedBatch: TrainingBatch.ID?
    /// Seconds that the first thread has loaded samples while gradients were computed.
    private var dataSeconds = 0.0

    init(
        replica: Replica,
        dataset: ImageDataset,
        loader: BatchLoader,
        views: TestTimeAugmentation = .none,
        threadCount: Int,
        localShardCount: Int = 0,
        accumulationSteps: Int = 1
    ) {
        self.replica = replica
        self.dataset = dataset
        self.loader = loader
        self.views = views.views
        team = ThreadTeam(size: threadCount)
        order = replica.network.shardOrder.accumulating(partCount: accumulationSteps)
        var workspaces = (0..<threadCount).map { _ in
            ShardWorkspace(for: replica.network, blendsSamples: loader.blendsSamples)
        }
        let count = order.workspaceCount(threadCount: threadCount, shardCount: localShardCount)
        for index in threadCount..<count {
            let thread = workspaces[index % threadCount]
            workspaces.append(
                ShardWorkspace(
                    for: replica.network,
                    blendsSamples: loader.blendsSamples,
                    sharingScratchOf: thread
                )
            )
        }
        self.workspaces = workspaces
        accumulators = (0..<(accumulationSteps > 1 ? threadCount : 0)).map { _ in
            GradientAccumulator(partCount: accumulationSteps, elementCount: replica.network.elementCount)
        }
    }

    /// Runs `body` on each of this rank's threads.
    func onEachThread(_ body: (_ thread: Int) -> Void) { team.run { body($0) } }

    /// Computes the gradients of this rank's shards, and reduces those that are complete meanwhile.
    func computeGradients(
        of batch: TrainingBatch,
        into reducer: any GradientReducer,
        overlapsReduction: Bool,
        activity: RankActivity
    ) throws(ReductionError) {
        let reduction = OverlappedReduction(reducer, isEnabled: overlapsReduction, activity: activity)
        let isLoaded = loadedBatch == batch.id
        loadedBatch = nil
        guard accumulators.isEmpty else {
            return try accumulateGradients(of: batch, isLoaded: isLoaded, reduction, activity)
        }
        team.run { member in
            order.run(stride(from: member, to: reducer.localShardCount, by: team.size)) { shard in
                let (samples, workspace) = (batch.samples(ofLocalShard: shard), workspace(shard, member))
                if !isLoaded || !order.canLoadAhead(shard: shard, thread: member) {
                    load(samples, into: workspace, onThread: member)
                }
                replica.trainHead(
                    samples,
                    loss: batch.loss,
                    gradient: reducer.gradient(ofLocalShard: shard),
                    workspace: workspace
                ) { reduction.advance(shard: shard, readyFrom: $0, member: member) }
            } backbone: { shard in
                replica.trainBackbone(
                    batch.samples(ofLocalShard: shard),
                    gradient: reducer.gradient(ofLocalShard: shard),
                    workspace: workspace(shard, member)
                ) { reduction.advance(shard: shard, readyFrom: $0, member: member) }
            }
        } waiting: { wait in
            activity.during(.waitingForThreads, wait)
        }
        if let failure = reduction.failure { throw failure }
    }

    /// The same with gradient accumulation: shards are computed part by part.
    private func accumulateGradients(
        of batch: TrainingBatch,
        isLoaded: Bool,
        _ reduction: OverlappedReduction,
        _ activity: RankActivity
    ) throws(ReductionError) {
        team.run { member in
            let workspace = workspaces[member]
            for index in stride(from: member, to: reduction.reducer.localShardCount, by: team.size) {
                accumulators[member].accumulate(into: reduction.reducer.gradient(ofLocalShard: index)) {
                    part,
                    gradient in
                    let samples = batch.samples(ofLocalShard: index, part: part)
                    if !isLoaded || part > 0 || !order.canLoadAhead(shard: index, thread: member) {
                        load(samples, into: workspace, onThread: member)
                    }
                    replica.train(samples, loss: batch.loss, gradient: gradient, workspace: workspace) { _ in }
                    // Nothing of this shard is final yet, but other buckets may be ready.
                    reduction.advance(shard: index, readyFrom: gradient.count, member: member)
                }
                reduction.advance(shard: index, readyFrom: 0, member: member)
            }
        } waiting: { wait in
            activity.during(.waitingForThreads, wait)
        }
        if let failure = reduction.failure { throw failure }
    }

    /// The seconds that the first thread has loaded samples while gradients were computed, since the last call.
    func takeDataSeconds() -> Double {
        defer { dataSeconds = 0 }
        return dataSeconds
    }

    private func load(_ samples: SampleCoordinates, into workspace: ShardWorkspace, onThread member: Int) {
        let stopwatch = Stopwatch()
        load(samples, into: workspace)
        if member == 0 { dataSeconds += stopwatch.seconds }
    }

    private func workspace(_ shard: Int, _ member: Int) -> ShardWorkspace {
        workspaces[order.workspace(ofShard: shard, thread: member)]
    }

    /// Loads as much of the next batch as fits into the workspaces, while ranks still reduce this one's gradients.
    ///
    /// The loaded samples are valid until the workspaces are used for anything else.
    func loadAhead(_ batch: TrainingBatch, localShardCount: Int) {
        team.run { member in
            for index in stride(from: member, to: localShardCount, by: team.size)
            where order.canLoadAhead(shard: index, thread: member) {
                load(batch.samples(ofLocalShard: index), into: workspace(index, member))
            }
        }
        loadedBatch = batch.id
    }

    /// Asks the system to read the samples of this rank's part of a batch, if they are in files.
    func willLoad(_ batch: TrainingBatch, localShardCount: Int) {
        for index in 0..<localShardCount {
            for part in 0..<batch.partCount {
                dataset.training.willLoad(batch.samples(ofLocalShard: index, part: part).samples)
            }
        }
    }

    /// Throws if a sample read so far was damaged on disk.
    func checkReads() throws(DatasetError) { try dataset.checkReads() }

    /// Runs chunks of the evaluation set forward.
    ///
    /// - Parameters:
    ///   - chunks: This rank's chunks, of `chunkSize` samples each except the last.
    ///   - chunkSize: At most the largest shard.
    /// - Returns: Each chunk's loss and number of correct answers, in the order of `chunks`.
    func evaluate(chunks: [Int], chunkSize: Int) -> [SoftmaxCrossEntropy.Sums] {
        let order = EpochOrder(sequential: dataset.evaluated.count)
        let loss = LossFunction(labelSmoothing: 0, gradientScale: 1)
        let weights = views.map(\.weight)
        var results = Array(repeating: SoftmaxCrossEntropy.Sums.zero, count: chunks.count)
        loadedBatch = nil
        replica.prepareWeights()
        results.withUnsafeMutableBufferPointer { results in
            team.run { member in
                let workspace = workspaces[member]
                for position in stride(from: member, to: chunks.count, by: team.size) {
                    let samples = order.batch(chunks[position], ofSize: chunkSize)
                    let logits = replica.logits(batch: samples.count, weights: weights, workspace: workspace) { view in
                        load(samples, from: dataset.evaluated, view: views[view].placement, into: workspace)
                    }
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
    func firstLayerNotFinite(in batch: TrainingBatch, localShardCount: Int) -> Int? {
        let gradient = AlignedBuffer(count: replica.network.elementCount)
        loadedBatch = nil
        let positions = (0..<localShardCount * batch.partCount).compactMap { index in
            let samples = batch.samples(ofLocalShard: index / batch.partCount, part: index % batch.partCount)
            load(samples, into: workspaces[0])
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

    /// Records what the threads do from now on, until the next call or the end of this object.
    ///
    /// - Parameter recorders: One for each thread, the caller's first.
    func record(with recorders: [SpanRecorder]) {
        precondition(
            recorders.count == team.size,
            "record: \(recorders.count) recorders found, one for each of \(team.size) threads needed"
        )
        for (index, workspace) in workspaces.enumerated() { workspace.recorder = recorders[index % team.size] }
    }

    /// Records what the calling thread does; nil when tracing is off.
    var recorder: SpanRecorder? { workspaces[0].recorder }

    /// The number of threads.
    var threadCount: Int { team.size }

    var testImageCount: Int { dataset.evaluated.count }

    private func load(_ samples: SampleCoordinates, into workspace: ShardWorkspace) {
        load(samples.samples, from: dataset.training, epoch: samples.epoch, into: workspace)
        if let next = samples.next { blend(samples, next: next, in: workspace) }
    }

    private func blend(_ samples: SampleCoordinates, next: Int32, in workspace: ShardWorkspace) {
        guard var blend = workspace.blend else { return }
        // Only one owner, so that it is changed in place.
        workspace.blend = nil
        defer { workspace.blend = blend }
        workspace.recorder.measure(.data) {
            loader.blend(
                samples.samples,
                followedBy: next,
                from: dataset.training,
                epoch: samples.epoch,
                images: workspace.input(batch: samples.samples.count),
                labels: workspace.labels,
                otherLabels: &blend.labels,
                shares: &blend.shares
            )
        }
    }

    private func load(
        _ samples: ArraySlice<Int32>,
        from set: ImageSet,
        epoch: Int? = nil,
        view: Augmentation.Placement = .init(),
        into workspace: ShardWorkspace
    ) {
        workspace.recorder.measure(.data) {
            workspace.labels.withUnsafeMutableBufferPointer { labels in
                loader.load(
                    samples,
                    from: set,
                    epoch: epoch,
                    view: view,
                    into: workspace.input(batch: samples.count),
                    labels: labels
                )
            }
        }
    }
}
