import Collectives
import Configuration
import Foundation
import Metrics
import Networks
import Tracing

/// The epochs of a run: steps, evaluations, checkpoints, and what rank 0 tells of them.
///
/// Every rank runs the same loop; only rank 0 has a coordinator. Collectives stand outside of what depends on it.
final class TrainingLoop {
    private let run: TrainingRun
    private let trainer: Trainer
    private let coordinator: Coordinator?
    private let stopReason: () -> StopRequest.Reason?
    private var throughput = ThroughputMeter()
    private var interval = StepInterval()
    private var epochSeconds = RankSeconds()
    private var evaluation: EvaluationResult?
    private var epochMeanLoss: Double?
    private var deadline: StepDeadline
    /// Processor seconds of this process that `progress` has counted.
    private var countedCPUSeconds = 0.0

    init(run: TrainingRun, coordinator: Coordinator?, stopReason: @escaping () -> StopRequest.Reason?) {
        self.run = run
        trainer = run.trainer
        self.coordinator = coordinator
        self.stopReason = stopReason
        deadline = StepDeadline(minimumSeconds: run.configuration.parallel.timeoutSeconds)
    }

    private var configuration: Configuration { run.configuration }
    private var now: Double { Date().timeIntervalSince1970 }

    /// Trains to the end, or until somebody asks to stop.
    func train() throws -> RunOutcome {
        do {
            return try runSteps()
        } catch let error as TrainingError where error.isSharedByAllRanks {
            // No half-written checkpoint shall stay behind, and its writing may take long.
            let lastCheckpoint = try trainer.communicator.keepingInTouch(onRank: 0) { [coordinator] in
                coordinator?.waitForNewestCheckpoint()
            }
            throw error.naming(lastCheckpoint: lastCheckpoint ?? nil)
        } catch {
            _ = coordinator?.waitForNewestCheckpoint()
            throw error
        }
    }

    private func runSteps() throws -> RunOutcome {
        var outcome = RunOutcome.completed
        while trainer.progress.step < run.finalStep {
            var stopwatch = Stopwatch()
            let epoch = trainer.epoch
            let result = try trainer.step(stopReason: stopReason())
            let seconds = stopwatch.lap()
            trainer.progress.elapsedSeconds += seconds
            deadline.add(seconds)
            trainer.communicator.timeout = deadline.timeout
            throughput.add(images: result.imageCount, seconds: seconds)
            interval.add(result, seconds: seconds)
            try report(result, epoch: epoch)
            // What was measured before is not of these weights.
            evaluation = nil
            if trainer.epoch != epoch { try endEpoch(epoch, result) }
            if let reason = result.stopReason {
                outcome = .interrupted(reason: reason.description)
                break
            }
            if let every = configuration.checkpoint.everySteps, trainer.progress.step % every == 0 {
                try writeCheckpoint(metric: nil)
            }
        }
        try finish(outcome)
        return outcome
    }

    /// Writes a checkpoint of the weights as they are, once all ranks agree on them.
    ///
    /// Collective: every rank must call this, in the same order.
    func writeCheckpoint(metric: Double?) throws {
        trainer.communicator.status.phase = .checkpointing
        try trainer.runner.recorder.measure(.checkpoint) {
            try trainer.checkReplicasAgree()
            try trainer.checkWeightsFinite()
            try waitForCheckpoints()
            try coordinator?.writeCheckpoint(trainer.progress, epoch: trainer.epoch, metric: metric)
        }
    }

    /// Waits until rank 0 has written the checkpoints that it was given, however long that takes.
    ///
    /// Collective: every rank must call this, in the same order.
    private func waitForCheckpoints() throws {
        _ = try trainer.communicator.keepingInTouch(onRank: 0) { [coordinator] in coordinator?.waitForCheckpoints() }
    }

    private func report(_ result: StepResult, epoch: Int) throws {
        epochSeconds.add(result.secondsByRank)
        guard let coordinator else { return }
        coordinator.show(
            ProgressReporter.Status(
                step: trainer.progress.step,
                epoch: epoch + 1,
                loss: interval.totals.meanLoss,
                accuracy: interval.totals.accuracy,
                imagesPerSecond: interval.throughput.imagesPerSecond
            ),
            atSeconds: now
        )
        guard trainer.progress.step % configuration.logging.everySteps == 0 else { return }
        try coordinator.record(
            .step(
                StepRecord(
                    step: trainer.progress.step,
                    epoch: epoch + 1,
                    trainLoss: result.meanLoss,
                    trainAccuracy: Double(result.correctCount) / Double(result.imageCount),
                    learningRate: result.learningRate,
                    imagesPerSecond: interval.throughput.imagesPerSecond,
                    elapsedSeconds: trainer.progress.elapsedSeconds,
                    wallTime: now,
                    gradientNorm: result.gradientNorm.map(Double.init),
                    rankStepSeconds: StepTimeSummary(secondsByRank: interval.rankSeconds.means)
                )
            )
        )
        interval = StepInterval()
    }

    private func endEpoch(_ epoch: Int, _ result: StepResult) throws {
        let totals = trainer.progress.epochTotals
        trainer.progress.epochTotals = TrainingProgress.EpochTotals()
        epochMeanLoss = totals.meanLoss
        let isLast = trainer.progress.step >= run.finalStep
        if (epoch + 1) % configuration.evaluation.everyEpochs == 0 || isLast { try evaluate() }
        try countCPUSeconds()
        try coordinator?.record(
            .epoch(
                EpochRecord(
                    step: trainer.progress.step,
                    epoch: epoch + 1,
                    trainLoss: totals.meanLoss,
                    trainAccuracy: totals.accuracy,
                    testLoss: evaluation(on: .test)?.meanLoss,
                    testAccuracy: evaluation(on: .test)?.accuracy,
                    validationLoss: evaluation(on: .validation)?.meanLoss,
                    validationAccuracy: evaluation(on: .validation)?.accuracy,
                    learningRate: result.learningRate,
                    imagesPerSecond: throughput.imagesPerSecond,
                    elapsedSeconds: trainer.progress.elapsedSeconds,
                    cpuSeconds: trainer.progress.cpuSeconds,
                    wallTime: now,
                    rankStepSeconds: StepTimeSummary(secondsByRank: epochSeconds.means)
                )
            )
        )
        epochSeconds = RankSeconds()
        if (epoch + 1) % configuration.checkpoint.everyEpochs == 0 {
            try writeCheckpoint(metric: evaluation?.accuracy)
        }
    }

    /// Adds up what all ranks' processors did since the last time.
    ///
    /// Collective: every rank must call this, in the same order.
    private func countCPUSeconds() throws {
        let seconds = ProcessClock.cpuSeconds
        let spent = try trainer.communicator.allGather(seconds - countedCPUSeconds)
        trainer.progress.cpuSeconds += spent.reduce(0, +)
        countedCPUSeconds = seconds
    }

    private func evaluate() throws {
        trainer.communicator.status.phase = .evaluating
        let result = try trainer.runner.recorder.measure(.evaluation) {
            try trainer.runner.evaluate(over: trainer.communicator)
        }
        guard result.meanLoss.isFinite else {
            throw TrainingError.testLossNotFinite(step: trainer.progress.step, lastCheckpoint: nil)
        }
        evaluation = result
    }

    /// The evaluation of these weights, if it was made on these samples.
    private func evaluation(on samples: EvaluationOptions.Samples) -> EvaluationResult? {
        configuration.evaluation.samples == samples ? evaluation : nil
    }

    private func finish(_ outcome: RunOutcome) throws {
        let isCompleted = outcome == .completed
        trainer.communicator.status.phase = .finishing
        if isCompleted, evaluation == nil { try evaluate() }
        try writeCheckpoint(metric: isCompleted ? evaluation?.accuracy : nil)
        try waitForCheckpoints()
        guard let coordinator else { return }
        try coordinator.finishCheckpoints()
        var reason: String?
        if case .interrupted(let why) = outcome { reason = why }
        try coordinator.record(
            .stop(
                StopRecord(
                    step: trainer.progress.step,
                    epoch: coordinator.plan.epoch(ofStep: trainer.progress.step),
                    completed: isCompleted,
                    reason: reason,
                    elapsedSeconds: trainer.progress.elapsedSeconds,
                    wallTime: now
                )
            )
        )
        try coordinator.finish(summary(reason: reason))
    }

    private func summary(reason: String?) -> RunSummary {
        let progress = trainer.progress
        return RunSummary(
            configName: run.options.configurationName,
            seed: Int(configuration.training.seed),
            parameters: trainer.replica.network.parameterCount,
            epochs: progress.step / trainer.stepsPerEpoch,
            steps: progress.step,
            trainLoss: epochMeanLoss,
            testLoss: evaluation(on: .test)?.meanLoss,
            testAccuracy: evaluation(on: .test)?.accuracy,
            validationLoss: evaluation(on: .validation)?.meanLoss,
            validationAccuracy: evaluation(on: .validation)?.accuracy,
            wallSeconds: progress.elapsedSeconds,
            imagesPerSecond: throughput.imagesPerSecond,
            checkpointWaitSeconds: 0,
            worldSize: trainer.communicator.worldSize,
            threadsPerRank: trainer.environment.threadCount,
            libraries: trainer.environment.numerics,
            gitCommit: trainer.environment.gitCommit,
            completed: reason == nil,
            stoppedBecause: reason
        )
    }
}
