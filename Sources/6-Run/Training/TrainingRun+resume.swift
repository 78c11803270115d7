import Checkpoints
import Collectives
import Configuration
import GradientReduction
import Networks
import Optimizers
import Tensors

extension TrainingRun {
    /// Numbers without which the next steps would be other steps; a checkpoint keeps them and a resumed run compares.
    static func identity(_ configuration: Configuration, sampleCount: Int, shardCount: Int) -> [String: String] {
        [
            "training.globalBatchSize": "\(configuration.training.globalBatchSize)",
            "training.seed": "\(configuration.training.seed)",
            "parallel.virtualShards": "\(shardCount)",
            "dataset.name": configuration.dataset.name.rawValue,
            "dataset.limit": "\(sampleCount)",
            "optimizer.name": configuration.optimizer.rule.name,
            "dataset.pixelPermutationSeed": configuration.dataset.pixelPermutationSeed.map { "\($0)" } ?? "none",
        ]
    }

    /// Loads the checkpoint that the run goes on from, on rank 0, and gives its state to all.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Returns: The step that the run goes on from; nil where it starts.
    /// - Throws: `CheckpointError`, `TrainingError` on rank 0; `CollectiveError`.
    func resume() throws -> Int? {
        var step: Int?
        if communicator.rank == 0, let checkpoint = try findCheckpoint() {
            try take(checkpoint)
            step = trainer.progress.step
        }
        step = try communicator.allGather(step ?? -1)[0]
        guard let step, step >= 0 else {
            try communicator.broadcast(trainer.replica.parameters.slice, from: 0)
            return nil
        }
        for buffer in [trainer.replica.parameters, trainer.replica.runningStatistics] + trainer.optimizer.slots {
            try communicator.broadcast(buffer.slice, from: 0)
        }
        let counters = try communicator.broadcast(TrainingProgress.encoded(trainer.progress.counters), from: 0)
        guard let progress = TrainingProgress(step: step, counters: TrainingProgress.decoded(counters)) else {
            preconditionFailure("resume: rank 0 sent counters that can't be read")
        }
        trainer.progress = progress
        return step
    }

    private func findCheckpoint() throws -> LoadedCheckpoint? {
        let reject = { (folder: String, reason: CheckpointError) in
            self.notices.append("checkpoint \(folder) is passed over: \(reason)")
        }
        switch options.resume {
        case .never where RunFolder.wasBegun(path: options.directory, bySession: options.launchSession):
            return try store.newest(onRejected: reject)
        case .never: return nil
        case .automatic: return try store.newest(onRejected: reject)
        case .from(let path): return try CheckpointStore.load(path, onRejected: reject)
        }
    }

    private func take(_ checkpoint: LoadedCheckpoint) throws {
        let point = try checkpoint.requireResumePoint()
        for (key, expected) in identity.sorted(by: { $0.key < $1.key }) {
            let found = point.counters[key] ?? "none"
            guard found == expected else {
                throw TrainingError.checkpointOfAnotherRun(
                    path: checkpoint.path,
                    key: key,
                    found: found,
                    expected: expected
                )
            }
        }
        guard let progress = TrainingProgress(step: point.manifest.step, counters: point.counters) else {
            throw CheckpointError.malformed(path: checkpoint.path, problem: "its counters are not a training run's")
        }
        try contents.restoreModel(from: checkpoint)
        try contents.restoreState(from: checkpoint)
        trainer.progress = progress
        if let notice = trainer.environment.notice(ofCheckpointMadeWith: point.manifest.environment) {
            notices.append(notice)
        }
    }
}
