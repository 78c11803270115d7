import Collectives
import ConfigurationFiles
import Metrics
import Tracing

/// The epochs of a run: steps, evaluations, checkpoints, and their events for rank 0.
///
/// Every rank runs the same loop; only rank 0 has a coordinator. Collectives are called whether or not there is one.
final class TrainingLoop {
    private let trainer: Trainer
    private let plan: RunPlan
    private let coordinator: Coordinator?
    private let stopReason: () -> StopRequest.Reason?
    /// The evaluation of the present weights; nil if there was none.
    private var evaluation: EvaluationResult?
    private var deadline: StepDeadline

    /// - Parameters:
    ///   - trainer: Makes the steps.
    ///   - plan: The number of steps.
    ///   - coordinator: Receives the events on rank 0; nil elsewhere.
    ///   - stopReason: Returns why this rank should stop after the next step; nil if it shouldn't.
    init(trainer: Trainer, plan: RunPlan, coordinator: Coordinator?, stopReason: @escaping () -> StopRequest.Reason?) {
        self.trainer = trainer
        self.plan = plan
        self.coordinator = coordinator
        self.stopReason = stopReason
        deadline = StepDeadline(minimumSeconds: trainer.configuration.parallel.timeoutSeconds)
    }

    /// Trains to the end, or until a stop is requested.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Returns: How the run ended, on every rank alike.
    /// - Throws: The typed errors of the modules below.
    func train() throws -> RunOutcome {
        do {
            let outcome = try trainer.during(.training) { try makeSteps() }
            try trainer.during(.finishing) { try finish(outcome) }
            return outcome
        } catch let divergence as Divergence {
            throw TrainingError.diverged(divergence, lastCheckpoint: try waitForNewestCheckpoint())
        } catch let error as TrainingError where error.isSharedByAllRanks {
            _ = try waitForNewestCheckpoint()
            throw error
        } catch {
            coordinator?.checkpoints.wait()
            throw error
        }
    }

    private func makeSteps() throws -> RunOutcome {
        while trainer.progress.step < plan.totalSteps, !trainer.hasRunOutOfPatience {
            let result = try trainer.step(stopReason: stopReason())
            deadline.add(result.seconds)
            trainer.communicator.timeout = deadline.timeout
            // An earlier evaluation is of other weights.
            evaluation = nil
            try coordinator?.stepEnded(result, trainer.progress)
            if let totals = result.epochTotals { try endEpoch(totals, lastStep: result) }
            if let reason = result.stopReason { return .interrupted(reason: reason.description) }
            if let every = trainer.configuration.checkpoint.everySteps, trainer.progress.step % every == 0 {
                try writeCheckpoint(metric: nil)
            }
        }
        return .completed
    }

    private func endEpoch(_ totals: TrainingProgress.EpochTotals, lastStep: StepResult) throws {
        let epochCount = lastStep.epoch + 1
        let isLast = trainer.progress.step >= plan.totalSteps
        let isDue = trainer.isEvaluationDue(afterEpoch: epochCount)
        if isDue || isLast { try evaluate() }
        // An evaluation that is made only because the run was to end here must not change how it continues.
        if isDue, let evaluation { trainer.keepBest(evaluation, epoch: epochCount) }
        try trainer.countCPUSeconds()
        try coordinator?.epochEnded(totals, lastStep: lastStep, evaluation: evaluation, trainer.progress)
        if epochCount % trainer.configuration.checkpoint.everyEpochs == 0 {
            try writeCheckpoint(metric: evaluation?.accuracy)
        }
    }

    private func finish(_ outcome: RunOutcome) throws {
        if outcome == .completed, evaluation == nil { try evaluate() }
        try writeCheckpoint(metric: outcome == .completed ? evaluation?.accuracy : nil)
        try trainer.during(.checkpointing) { try waitForCheckpoints() }
        let hasEndedEarly = outcome == .completed && trainer.progress.step < plan.totalSteps
        try coordinator?.stopped(
            outcome,
            reason: hasEndedEarly ? trainer.endOfPatience : outcome.stopReason,
            evaluation: evaluation,
            trainer.progress,
            trainer.phaseTimes
        )
    }

    private func evaluate() throws {
        let result = try trainer.during(.evaluating) { try trainer.evaluate() }
        guard result.meanLoss.isFinite else { throw Divergence.evaluationLoss(step: trainer.progress.step) }
        evaluation = result
    }

    /// Checks that all ranks have the same weights, and writes a checkpoint of them.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter metric: The accuracy of these weights; nil if it wasn't measured.
    /// - Throws: `TrainingError` if replicas differ, `Divergence`, `CheckpointError`, `MetricsError`.
    func writeCheckpoint(metric: Double?) throws {
        try trainer.during(.checkpointing) {
            try trainer.checkReplicasAgree()
            try trainer.checkWeightsFinite()
            try waitForCheckpoints()
            try coordinator?.checkpoints.keep(trainer.progress, metric: metric)
        }
    }

    /// Waits until rank 0 has written its checkpoints, however long that takes.
    ///
    /// Collective: every rank must call this, in the same order.
    private func waitForCheckpoints() throws {
        _ = try trainer.communicator.keepingInTouch(onRank: 0) { [coordinator] in coordinator?.checkpoints.wait() }
    }

    /// After a failure, waits so that no checkpoint is left half-written.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Returns: On rank 0 the newest whole checkpoint, if there is one; nil on the others.
    private func waitForNewestCheckpoint() throws -> String? {
        try trainer.communicator.keepingInTouch(onRank: 0) { [coordinator] in
            coordinator?.checkpoints.waitForNewest()
        } ?? nil
    }
}
