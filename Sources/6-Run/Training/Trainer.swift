import Assembly
package import Collectives
package import ConfigurationFiles
package import Datasets
package import GradientReduction
import Kernels
package import Networks
package import Optimizers
import Tensors
import Tracing

/// Makes the training steps, all ranks together, each with its virtual shards.
package final class Trainer {
    package let configuration: Configuration
    package let communicator: any Communicator
    package let environment: RunEnvironment
    package let shards: ShardPlan
    package let replica: Replica
    package let optimizer: Optimizer
    /// The average of the weights; nil without `averaging`.
    package let average: WeightAverage?
    package let runner: ShardRunner
    let sampleCount: Int
    let stepsPerEpoch: Int
    /// The steps of the whole run, as configured.
    let stepCount: Int
    /// The run's progress.
    package private(set) var progress = TrainingProgress()

    let reducer: any GradientReducer
    let schedule: LearningRateSchedule
    private var batches: TrainingBatches
    /// Each rank's part of Muon's directions; nil with other rules.
    let directionBlocks: BlockLayout?
    /// What the time of this rank's first thread went to.
    let phaseTimes = PhaseTimes()
    /// The clock of the previous step; nil before the first one.
    private var previousStep: StepClock?
    /// The processor seconds of this process that are already counted in `progress`.
    private var countedCPUSeconds = 0.0

    /// Builds this rank's part of a training.
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
        let localShardCount = shards.shards(ofRank: communicator.rank).count
        environment = RunEnvironment(
            communicator: communicator,
            requestedThreads: configuration.parallel.threadsPerRank,
            shardCount: localShardCount
        )
        ThreadBudget.widenBinding(toThreads: environment.threadCount, node: communicator.node)
        try MemoryNeed(
            network: network,
            optimizerSlotCount: configuration.optimizer.optimizerRule.bufferCount,
            localShardCount: localShardCount,
            threadCount: environment.threadCount,
            accumulationSteps: configuration.training.accumulationSteps,
            isAveraged: configuration.averaging.rule != nil
        ).check(rankCount: communicator.node.rankCount)
        replica = Replica(of: network)
        network.initialize(
            replica.parameters.slice,
            scheme: configuration.network.initialization,
            seed: configuration.training.seed,
            images: try BatchLoader.whiteningImages(of: dataset)
        )
        average = configuration.averaging.rule.map { [replica] in
            WeightAverage($0, of: replica.parameters.slice, replica.runningStatistics.slice)
        }
        runner = try ShardRunner(
            configuration,
            replica: replica,
            dataset: dataset,
            threadCount: environment.threadCount,
            localShardCount: localShardCount
        )
        reducer = try configuration.makeReducer(for: network, plan: shards, communicator: communicator)
        sampleCount = dataset.training.count
        try configuration.requireWholeBatch(sampleCount: sampleCount)
        batches = TrainingBatches(
            configuration,
            sampleCount: sampleCount,
            plan: shards,
            parts: try configuration.partPlan(worldSize: communicator.worldSize),
            rank: communicator.rank
        )
        stepsPerEpoch = batches.stepsPerEpoch
        stepCount = configuration.training.stepCount(stepsPerEpoch: stepsPerEpoch)
        optimizer = Optimizer(
            rule: configuration.optimizer.optimizerRule,
            clipNorm: configuration.optimizer.clipNorm.map(Float.init),
            elementCount: network.trainedElementCount,
            groups: try configuration.parameterGroups(of: network, stepsPerEpoch: stepsPerEpoch),
            worldSize: communicator.worldSize,
            threadCount: environment.threadCount
        )
        directionBlocks = optimizer.directions.map { BlockLayout($0.blocks) }
        schedule = LearningRateSchedule(
            configuration.schedule,
            stepsPerEpoch: stepsPerEpoch,
            totalSteps: stepCount
        )
    }

    /// The epoch of the next step, from 0.
    package var epoch: Int { progress.step / stepsPerEpoch }

    /// Makes one step: the gradients of this rank's shards, their sum over all ranks, and one update of the parameters.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter stopReason: Why this rank was asked to stop; nil if it wasn't. All ranks receive it.
    /// - Returns: The result.
    /// - Throws: `ReductionError` if ranks can't communicate, `TrainingError` if replicas differ, `Divergence`.
    package func step(stopReason: StopRequest.Reason?) throws -> StepResult {
        try during(.step) { try makeStep(stopReason: stopReason) }
    }

    private func makeStep(stopReason: StopRequest.Reason?) throws -> StepResult {
        var clock = StepClock()
        communicator.status.step = UInt64(progress.step)
        let batch = batches.batch(ofStep: progress.step)
        try during(.comparingReplicas) { try reducer.begin(control: control(stopReason: stopReason)) }
        during(.packingWeights) { replica.prepareWeights() }
        try during(.computing) { try computeGradients(of: batch) }
        clock.markGradientsComputed()
        // Pending reductions make progress while the next samples are loaded.
        try during(.reducing) { try reducer.progress() }
        during(.data) { loadAhead() }
        let reduced = try during(.waitingForRanks) { try clock.wait { try reducer.finish() } }
        try checkReplicasAgree(reduced.controls.map(\.replicaFingerprint))
        try checkFinite(reduced.gradient, batch)
        previousStep = clock
        return try during(.updating) { try update(with: reduced, batch: batch, clock) }
    }

    /// Runs `body` as a phase of this rank; see `RankActivity`.
    func during<Value, Failure: Error>(_ phase: Phase, _ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        try activity.during(phase, body)
    }

    private var activity: RankActivity { RankActivity(communicator, recorder: runner.recorder, times: phaseTimes) }

    private func computeGradients(of batch: TrainingBatch) throws {
        try runner.computeGradients(
            of: batch,
            into: reducer,
            overlapsReduction: configuration.parallel.overlap,
            activity: activity
        )
        try runner.checkReads()
        phaseTimes.move(runner.takeDataSeconds(), from: .computing, to: .data)
    }

    /// Loads samples of the next step, and asks the system to read those of a later one.
    private func loadAhead() {
        runner.loadAhead(batches.batch(ofStep: progress.step + 1), localShardCount: reducer.localShardCount)
        if let later = batches.batchOfSameEpoch(ofStep: progress.step + Self.readAheadSteps) {
            runner.willLoad(later, localShardCount: reducer.localShardCount)
        }
    }

    private static let readAheadSteps = 8

    private func update(
        with reduced: ReducedGradient,
        batch: TrainingBatch,
        _ clock: StepClock
    ) throws -> StepResult {
        let network = replica.network
        let learningRate = configuration.optimizer.learningRate * schedule.factor(atStep: progress.step)
        let norm = try optimizer.update(
            replica.parameters.slice.prefix(network.trainedElementCount),
            gradient: reduced.gradient.prefix(network.trainedElementCount),
            learningRate: Float(learningRate),
            step: progress.step + 1,
            orthogonalize: orthogonalize
        )
        replica.updateRunningStatistics(from: reduced.gradient, globalBatchSize: batch.samples.count)
        average?.update(
            with: replica.parameters.slice,
            replica.runningStatistics.slice,
            afterStep: progress.step + 1,
            of: stepCount
        )
        let lossSum = Double(reduced.gradient[network.lossIndex])
        let correctCount = Int(reduced.gradient[network.correctCountIndex])
        let seconds = clock.seconds
        let epochTotals = progress.addStep(
            lossSum: lossSum,
            correctCount: correctCount,
            imageCount: batch.samples.count,
            seconds: seconds,
            endsEpoch: (progress.step + 1) % stepsPerEpoch == 0 || progress.step + 1 == stepCount
        )
        return StepResult(
            epoch: batch.epoch,
            meanLoss: lossSum / Double(batch.samples.count),
            gradientNorm: norm,
            learningRate: learningRate,
            seconds: seconds,
            waitSeconds: clock.waitSeconds,
            secondsByRank: reduced.controls.map(\.stepSeconds),
            processorSecondsByRank: reduced.controls.map(\.processorSeconds),
            stopReason: reduced.controls.lazy.compactMap { StopRequest.Reason(rawValue: $0.stopReason) }.first,
            imageCount: batch.samples.count,
            correctCount: correctCount,
            epochTotals: epochTotals
        )
    }

    /// Sends one rank's weights, optimizer state and progress to all ranks, which continue from there.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - progress: The progress on that rank; ignored on the others.
    ///   - root: The rank.
    /// - Throws: `CollectiveError`.
    func takeUp(_ progress: TrainingProgress, ofRank root: Int) throws {
        let averages = average.map { [$0.parameters, $0.runningStatistics] } ?? []
        for buffer in [replica.parameters, replica.runningStatistics] + averages + optimizer.slots {
            try communicator.broadcast(buffer.slice, from: root)
        }
        let step = try communicator.allGather(progress.step)[root]
        let counters = try communicator.broadcast(TrainingProgress.encoded(progress.counters), from: root)
        guard let received = TrainingProgress(step: step, counters: TrainingProgress.decoded(counters)) else {
            preconditionFailure("takeUp: rank \(root) sent counters that can't be read")
        }
        self.progress = received
    }

    /// Keeps the evaluation of the present weights, at the end of an epoch, if it is the best so far.
    func keepBest(_ evaluation: EvaluationResult, epoch: Int) {
        progress.keepBest(accuracy: evaluation.accuracy, epoch: epoch)
    }

    /// Adds the processor time of all ranks since the last call.
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
            stepSeconds: previousStep?.computeSeconds ?? 0,
            processorSeconds: previousStep?.processorSeconds ?? 0
        )
    }
}
