import ConfigurationFiles
import Metrics
import Tracing

/// Rank 0's part of a run: writes the records of what the training loop reports.
final class Coordinator {
    /// The run's checkpoints.
    let checkpoints: CheckpointKeeper
    private let run: RunDescription
    private let journal: RunJournal
    private let stepsBetweenRecords: Int
    private var throughput = ThroughputMeter()
    private var interval = StepInterval()
    private var epochSeconds = RankSeconds()
    private let machines: [RankMachine]
    private var slowRanks: SlowRankWatch
    private var waiting = WaitingForSlowerRanks()
    /// The mean loss of the last epoch that ended in this process.
    private var epochMeanLoss: Double?

    /// - Parameters:
    ///   - run: The run.
    ///   - journal: Receives the records.
    ///   - checkpoints: The run's checkpoints.
    ///   - stepsBetweenRecords: `logging.everySteps`.
    ///   - machines: The machines of the ranks.
    init(
        run: RunDescription,
        journal: RunJournal,
        checkpoints: CheckpointKeeper,
        stepsBetweenRecords: Int,
        machines: [RankMachine]
    ) {
        self.run = run
        self.journal = journal
        self.checkpoints = checkpoints
        self.stepsBetweenRecords = stepsBetweenRecords
        self.machines = machines
        slowRanks = SlowRankWatch(shardCounts: run.shardCounts)
    }

    /// Records the start of the run, or its continuation after `step` steps.
    ///
    /// - Parameters:
    ///   - step: Completed steps.
    ///   - isResumed: Whether the run continues from a checkpoint.
    ///   - notices: What the user should know about that.
    ///   - isVerbose: Whether to print what the bits depend on.
    /// - Throws: `MetricsError`; `CheckpointError.superseded` if another process has taken over the folder.
    func started(atStep step: Int, isResumed: Bool, notices: [String], isVerbose: Bool) throws {
        for line in run.lines + (isVerbose ? run.numericsLines : []) { journal.tell(line) }
        if isResumed { journal.tell("resumed after step \(step)") }
        try journal.record(
            .start(
                StartRecord(
                    step: step,
                    epoch: step / run.plan.stepsPerEpoch + 1,
                    configName: run.configurationName,
                    worldSize: run.worldSize,
                    threadsPerRank: run.environment.threadCount,
                    globalBatchSize: run.plan.globalBatchSize,
                    stepsPerEpoch: run.plan.stepsPerEpoch,
                    wallTime: journal.wallTime
                )
            )
        )
        for notice in notices { try journal.warn(notice, atStep: step) }
    }

    /// Records the end of a step.
    ///
    /// - Parameters:
    ///   - result: The step's result.
    ///   - progress: The run's progress after it.
    /// - Throws: `MetricsError`; `CheckpointError.superseded` if another process has taken over the folder.
    func stepEnded(_ result: StepResult, _ progress: TrainingProgress) throws {
        throughput.add(images: result.imageCount, seconds: result.seconds)
        interval.add(result)
        epochSeconds.add(result.secondsByRank)
        waiting.add(result)
        try recordSlowRanks(after: result, step: progress.step)
        journal.show(
            ProgressReporter.Status(
                step: progress.step,
                epoch: result.epoch + 1,
                loss: interval.totals.meanLoss,
                accuracy: interval.totals.accuracy,
                imagesPerSecond: interval.throughput.imagesPerSecond,
                slowRanks: slowRanks.slowRanks.sorted()
            )
        )
        guard progress.step % stepsBetweenRecords == 0 else { return }
        try journal.record(
            .step(
                StepRecord(
                    step: progress.step,
                    epoch: result.epoch + 1,
                    trainLoss: result.meanLoss,
                    trainAccuracy: Double(result.correctCount) / Double(result.imageCount),
                    learningRate: result.learningRate,
                    imagesPerSecond: interval.throughput.imagesPerSecond,
                    elapsedSeconds: progress.elapsedSeconds,
                    wallTime: journal.wallTime,
                    gradientNorm: result.gradientNorm.map(Double.init),
                    rankStepSeconds: StepTimeSummary(secondsByRank: interval.rankSeconds.means),
                    slowRanks: slowRanks.slowRanks.isEmpty ? nil : slowRanks.slowRanks.sorted()
                )
            )
        )
        interval = StepInterval()
    }

    private func recordSlowRanks(after result: StepResult, step: Int) throws {
        let changes = slowRanks.add(result.secondsByRank, processorSeconds: result.processorSecondsByRank)
        for change in changes {
            try journal.record(
                .slowRank(
                    SlowRankRecord(
                        step: step,
                        rank: change.rank,
                        host: machines[change.rank].host,
                        factor: change.factor,
                        reason: change.isSlow ? RankMachine.likelyReason(for: change, among: machines) : nil,
                        wallTime: journal.wallTime
                    )
                )
            )
        }
    }

    /// Records the end of an epoch.
    ///
    /// - Parameters:
    ///   - totals: The sums over its samples.
    ///   - lastStep: The result of its last step.
    ///   - evaluation: The evaluation of its weights; nil if there was none.
    ///   - progress: The run's progress.
    /// - Throws: `MetricsError`; `CheckpointError.superseded` if another process has taken over the folder.
    func epochEnded(
        _ totals: TrainingProgress.EpochTotals,
        lastStep: StepResult,
        evaluation: EvaluationResult?,
        _ progress: TrainingProgress
    ) throws {
        try journal.record(
            .epoch(
                EpochRecord(
                    step: progress.step,
                    epoch: lastStep.epoch + 1,
                    trainLoss: totals.meanLoss,
                    trainAccuracy: totals.accuracy,
                    testLoss: result(evaluation, on: .test)?.meanLoss,
                    testAccuracy: result(evaluation, on: .test)?.accuracy,
                    validationLoss: result(evaluation, on: .validation)?.meanLoss,
                    validationAccuracy: result(evaluation, on: .validation)?.accuracy,
                    learningRate: lastStep.learningRate,
                    imagesPerSecond: throughput.imagesPerSecond,
                    elapsedSeconds: progress.elapsedSeconds,
                    cpuSeconds: progress.cpuSeconds,
                    wallTime: journal.wallTime,
                    rankStepSeconds: StepTimeSummary(secondsByRank: epochSeconds.means)
                )
            )
        )
        epochMeanLoss = totals.meanLoss
        epochSeconds = RankSeconds()
    }

    /// Records that the run is complete, or was asked to stop, after its last checkpoint was started.
    ///
    /// - Parameters:
    ///   - outcome: Complete or interrupted.
    ///   - reason: Why it ended before its last epoch; nil if it didn't.
    ///   - evaluation: The evaluation of the last weights; nil if there was none.
    ///   - progress: The run's progress.
    ///   - times: What rank 0's time went to.
    /// - Throws: `MetricsError`, `CheckpointError`.
    func stopped(
        _ outcome: RunOutcome,
        reason: String?,
        evaluation: EvaluationResult?,
        _ progress: TrainingProgress,
        _ times: PhaseTimes
    ) throws {
        try checkpoints.finish()
        let epochs = progress.step / run.plan.stepsPerEpoch
        var progress = progress
        if let evaluation { progress.keepBest(accuracy: evaluation.accuracy, epoch: epochs) }
        try journal.record(
            .stop(
                StopRecord(
                    step: progress.step,
                    epoch: run.plan.epoch(ofStep: progress.step),
                    completed: outcome == .completed,
                    reason: reason,
                    elapsedSeconds: progress.elapsedSeconds,
                    wallTime: journal.wallTime
                )
            )
        )
        try journal.end(
            with: RunSummary(
                configName: run.configurationName,
                seed: Int(run.seed),
                parameters: run.parameterCount,
                epochs: epochs,
                steps: progress.step,
                trainLoss: epochMeanLoss,
                testLoss: result(evaluation, on: .test)?.meanLoss,
                testAccuracy: result(evaluation, on: .test)?.accuracy,
                validationLoss: result(evaluation, on: .validation)?.meanLoss,
                validationAccuracy: result(evaluation, on: .validation)?.accuracy,
                bestAccuracy: progress.best?.accuracy,
                bestEpoch: progress.best?.epoch,
                bestOn: progress.best.map { _ in run.evaluatedSamples.rawValue },
                wallSeconds: progress.elapsedSeconds,
                imagesPerSecond: throughput.imagesPerSecond,
                checkpointWaitSeconds: checkpoints.waitedSeconds,
                timeShares: TimeShares(times, waitingForSlowerRanksSeconds: waiting.seconds),
                worldSize: run.worldSize,
                threadsPerRank: run.environment.threadCount,
                weightsSha256: checkpoints.weightsSHA256,
                initializedFrom: run.origin?.path,
                initializedFromSha256: run.origin?.weightsSHA256,
                libraries: run.environment.numerics,
                gitCommit: run.environment.gitCommit,
                completed: outcome == .completed,
                stoppedBecause: reason
            )
        )
    }

    /// An evaluation, if it was made on such samples.
    private func result(_ evaluation: EvaluationResult?, on samples: EvaluationOptions.Samples) -> EvaluationResult? {
        run.evaluatedSamples == samples ? evaluation : nil
    }
}
