import Assembly
package import Collectives
package import Configuration
package import Datasets
package import GradientReduction
import Kernels
package import Networks
package import Optimizers
import Tensors
import Tracing

/// What one step gives, on every rank alike.
package struct StepResult {
    /// The epoch that the step is of, from 0.
    let epoch: Int
    /// The mean loss over the global batch.
    package let meanLoss: Double
    /// The gradient's global norm before clipping, where it was needed.
    let gradientNorm: Float?
    /// The step size used.
    let learningRate: Double
    /// How long the step took on this rank, in seconds.
    let seconds: Double
    /// How long each rank took to compute the previous step's gradients, in seconds, by rank.
    let secondsByRank: [Double]
    /// Why the first of the ranks that were asked to stop was; nil where none was.
    let stopReason: StopRequest.Reason?
    /// How many samples the step trained on.
    let imageCount: Int
    /// How many of them were answered correctly.
    let correctCount: Int
    /// The sums over the epoch that ended with the step; nil where it goes on.
    let epochTotals: TrainingProgress.EpochTotals?
}

/// Makes the steps: all ranks together, each on its virtual shards.
package final class Trainer {
    package let configuration: Configuration
    package let communicator: any Communicator
    package let environment: RunEnvironment
    package let shards: ShardPlan
    /// How the shards' parts lie in a batch.
    private let parts: ShardPlan
    package let replica: Replica
    package let optimizer: Optimizer
    package let runner: ShardRunner
    let sampleCount: Int
    let stepsPerEpoch: Int
    /// Where the run stands.
    package private(set) var progress = TrainingProgress()

    private let reducer: any GradientReducer
    private let schedule: LearningRateSchedule
    private var order: EpochOrder
    private var orderEpoch = 0
    private var computeSeconds = 0.0
    /// Processor seconds of this process that `progress` has counted.
    private var countedCPUSeconds = 0.0

    /// Builds this rank's part of a configured training.
    ///
    /// Collective: every rank must call this, in the same order.
    package init(
        configuration: Configuration,
        network: Network,
        dataset: ImageDataset,
        communicator: any Communicator
    ) throws {
        self.configuration = configuration
        self.communicator = communicator
        shards = try configuration.shardPlan(worldSize: communicator.worldSize)
        parts = try configuration.partPlan(worldSize: communicator.worldSize)
        let localShardCount = shards.shards(ofRank: communicator.rank).count
        environment = RunEnvironment(
            communicator: communicator,
            requestedThreads: configuration.parallel.threadsPerRank,
            shardCount: localShardCount
        )
        ThreadBudget.widenBinding(toThreads: environment.threadCount, node: communicator.node)
        try MemoryNeed(
            network: network,
            optimizerSlotCount: configuration.optimizer.optimizerRule.slotNames.count,
            localShardCount: localShardCount,
            threadCount: environment.threadCount,
            accumulationSteps: configuration.training.accumulationSteps
        ).check(rankCount: communicator.node.rankCount)
        replica = Replica(of: network)
        network.initialize(
            replica.parameters.slice,
            scheme: configuration.network.initialization,
            seed: configuration.training.seed
        )
        optimizer = Optimizer(
            rule: configuration.optimizer.optimizerRule,
            clipNorm: configuration.optimizer.clipNorm.map(Float.init),
            elementCount: network.parameterElementCount
        )
        runner = ShardRunner(
            replica: replica,
            dataset: dataset,
            loader: try BatchLoader(
                dataset: dataset,
                augmentation: configuration.augmentation.augmentation,
                seed: configuration.training.seed,
                views: configuration.evaluation.testTimeAugmentation.views
            ),
            views: configuration.evaluation.testTimeAugmentation.views,
            threadCount: environment.threadCount,
            localShardCount: localShardCount,
            accumulationSteps: configuration.training.accumulationSteps
        )
        let buckets = BucketPlan(
            elementCount: network.elementCount,
            boundaries: network.parameters.map(\.offset),
            bucketBytes: configuration.parallel.bucketBytes
        )
        reducer = try configuration.parallel.reduction.makeReducer(
            plan: shards,
            buckets: buckets,
            communicator: communicator
        )
        sampleCount = dataset.training.count
        order = EpochOrder(sampleCount: sampleCount, seed: configuration.training.seed, epoch: 0)
        stepsPerEpoch = order.batchCount(ofSize: configuration.training.globalBatchSize)
        schedule = LearningRateSchedule(
            configuration.schedule,
            stepsPerEpoch: stepsPerEpoch,
            epochs: configuration.training.epochs
        )
    }

    /// The epoch in which the next step falls, from 0.
    package var epoch: Int { progress.step / stepsPerEpoch }

    /// Makes one step: gradients of this rank's shards, their sum over all ranks, one move of the parameters.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter stopReason: Why this rank was asked to stop; nil where it wasn't. All learn of it.
    /// - Returns: The result.
    /// - Throws: `ReductionError` where ranks can't agree, `TrainingError` where replicas differ, `Divergence`.
    package func step(stopReason: StopRequest.Reason?) throws -> StepResult {
        try runner.recorder.measure(.step) { try makeStep(stopReason: stopReason) }
    }

    private func makeStep(stopReason: StopRequest.Reason?) throws -> StepResult {
        let stepTime = Stopwatch()
        let recorder = runner.recorder
        let batch = batch(ofStep: progress.step)
        communicator.status.step = UInt64(progress.step)
        let computeTime = Stopwatch()
        let record = recorder.measure(.fingerprint) { control(stopReason: stopReason) }
        try reducer.begin(control: record)
        communicator.status.phase = .computing
        recorder.measure(.packing) { replica.prepareWeights() }
        try recorder.measure(.shards) {
            try runner.computeGradients(of: batch, into: reducer, overlapsReduction: configuration.parallel.overlap)
        }
        try runner.checkReads()
        computeSeconds = computeTime.seconds
        communicator.status.phase = .reducing
        // What is under way goes on while the next samples are loaded.
        try recorder.measure(.reducing) { try reducer.progress() }
        runner.loadAhead(self.batch(ofStep: progress.step + 1), localShardCount: reducer.localShardCount)
        if let later = laterBatch { runner.willLoad(later, localShardCount: reducer.localShardCount) }
        let reduced = try recorder.measure(.waiting) { try reducer.finish() }
        try checkReplicasAgree(reduced.controls.map(\.replicaFingerprint))
        try checkFinite(reduced.gradient, batch)
        communicator.status.phase = .updating
        return recorder.measure(.updating) { update(with: reduced, batch: batch, stepTime: stepTime) }
    }

    private func update(
        with reduced: ReducedGradient,
        batch: ShardRunner.Batch,
        stepTime: Stopwatch
    ) -> StepResult {
        let network = replica.network
        let learningRate = configuration.optimizer.learningRate * schedule.factor(atStep: progress.step)
        let norm = optimizer.update(
            replica.parameters.slice,
            gradient: reduced.gradient.prefix(network.parameterElementCount),
            learningRate: Float(learningRate),
            step: progress.step + 1
        )
        replica.updateRunningStatistics(from: reduced.gradient, globalBatchSize: batch.samples.count)
        let lossSum = Double(reduced.gradient[network.lossIndex])
        let correctCount = Int(reduced.gradient[network.correctCountIndex])
        let seconds = stepTime.seconds
        let epochTotals = progress.addStep(
            lossSum: lossSum,
            correctCount: correctCount,
            imageCount: batch.samples.count,
            seconds: seconds,
            stepsPerEpoch: stepsPerEpoch
        )
        return StepResult(
            epoch: batch.epoch,
            meanLoss: lossSum / Double(batch.samples.count),
            gradientNorm: norm,
            learningRate: learningRate,
            seconds: seconds,
            secondsByRank: reduced.controls.map(\.stepSeconds),
            stopReason: reduced.controls.lazy.compactMap { StopRequest.Reason(rawValue: $0.stopReason) }.first,
            imageCount: batch.samples.count,
            correctCount: correctCount,
            epochTotals: epochTotals
        )
    }

    /// Goes on from one rank's weights, optimizer state and progress, which all receive.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - progress: On that rank, where it stands; not read on the others.
    ///   - root: The rank.
    /// - Throws: `CollectiveError`.
    func takeUp(_ progress: TrainingProgress, ofRank root: Int) throws {
        for buffer in [replica.parameters, replica.runningStatistics] + optimizer.slots {
            try communicator.broadcast(buffer.slice, from: root)
        }
        let step = try communicator.allGather(progress.step)[root]
        let counters = try communicator.broadcast(TrainingProgress.encoded(progress.counters), from: root)
        guard let received = TrainingProgress(step: step, counters: TrainingProgress.decoded(counters)) else {
            preconditionFailure("takeUp: rank \(root) sent counters that can't be read")
        }
        self.progress = received
    }

    /// Adds up what all ranks' processors did since the last time.
    ///
    /// Collective: every rank must call this, in the same order.
    func countCPUSeconds() throws {
        let seconds = ProcessClock.cpuSeconds
        let spent = try communicator.allGather(seconds - countedCPUSeconds)
        progress.cpuSeconds += spent.reduce(0, +)
        countedCPUSeconds = seconds
    }

    private func control(stopReason: StopRequest.Reason?) -> ControlRecord {
        ControlRecord(
            step: UInt64(progress.step),
            replicaFingerprint: replica.fingerprint,
            stopReason: stopReason?.rawValue ?? 0,
            stepSeconds: computeSeconds
        )
    }

    /// A batch of this epoch that is some steps ahead, which the system may begin to read; nil near the epoch's end.
    private var laterBatch: ShardRunner.Batch? {
        let step = progress.step + Self.readAheadSteps
        return step / stepsPerEpoch == orderEpoch ? batch(ofStep: step) : nil
    }

    private static let readAheadSteps = 8

    private func batch(ofStep step: Int) -> ShardRunner.Batch {
        let epoch = step / stepsPerEpoch
        if orderEpoch != epoch {
            order = EpochOrder(sampleCount: sampleCount, seed: configuration.training.seed, epoch: epoch)
            orderEpoch = epoch
        }
        let samples = order.batch(
            step % stepsPerEpoch,
            ofSize: configuration.training.globalBatchSize
        )
        return ShardRunner.Batch(
            samples: samples,
            epoch: epoch,
            seed: configuration.training.seed,
            loss: LossFunction(
                labelSmoothing: Float(configuration.loss.labelSmoothing),
                gradientScale: 1 / Float(samples.count)
            ),
            plan: shards,
            parts: parts,
            rank: communicator.rank
        )
    }

    /// Compares the ranks' replicas now: before a checkpoint keeps them.
    ///
    /// Collective: every rank must call this, in the same order.
    package func checkReplicasAgree() throws { try checkReplicasAgree(communicator.allGather(replica.fingerprint)) }

    /// Compares digests that the ranks computed of their replicas as they are.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter fingerprints: The digests, by rank.
    /// - Throws: `TrainingError` where they differ, also where the tensors turn out to be the same.
    package func checkReplicasAgree(_ fingerprints: [UInt64]) throws {
        guard let minority = Minority(of: fingerprints) else { return }
        for (name, local) in replica.tensorFingerprints {
            guard let minority = Minority(of: try communicator.allGather(local)) else { continue }
            let ranks = minority.ranks
            guard !minority.isDisputed else {
                throw TrainingError.replicasDisagree(ranks: describe(ranks), tensor: name, step: progress.step)
            }
            throw TrainingError.replicaDiverged(
                rank: ranks[0],
                host: communicator.hostNames[ranks[0]],
                tensor: name,
                step: progress.step
            )
        }
        throw TrainingError.comparisonFailed(ranks: describe(minority.ranks), step: progress.step)
    }

    private func describe(_ ranks: [Int]) -> [String] { ranks.map { "rank \($0) on \(communicator.hostNames[$0])" } }

    /// Looks for weights and running statistics that no checkpoint should keep.
    ///
    /// Replicas agree, so all ranks find the same.
    func checkWeightsFinite() throws(Divergence) {
        let tensors =
            replica.network.parameters.map { ($0.name, replica.parameters.slice[$0.range]) }
            + replica.network.statistics.map { ($0.name, replica.runningStatistics.slice[$0.range]) }
        for (name, values) in tensors where !Elementwise.allFinite(values) {
            throw .weights(step: progress.step, tensor: name)
        }
    }

    private func checkFinite(_ gradient: TensorSlice, _ batch: ShardRunner.Batch) throws {
        guard !gradient[replica.network.lossIndex].isFinite else { return }
        let position = runner.firstLayerNotFinite(in: batch, localShardCount: reducer.localShardCount)
        let first = try communicator.allGather(position ?? .max).min() ?? .max
        let names = replica.network.layerNames
        throw Divergence.loss(step: progress.step + 1, layer: first < names.count ? names[first] : nil)
    }
}
