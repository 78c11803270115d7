import Assembly
import Checkpoints
import Collectives
import Configuration
import Foundation
import GradientReduction
import ModelCheckpoints
import Networks
import Optimizers
import Tensors

extension TrainingRun {
    private static let shardsKey = "parallel.virtualShards"
    private static let reductionKey = "parallel.reduction"

    /// Numbers without which the next steps would be other steps; a checkpoint keeps them and a resumed run compares.
    static func identity(_ configuration: Configuration, sampleCount: Int, shardCount: Int) -> [String: String] {
        [
            "training.globalBatchSize": "\(configuration.training.globalBatchSize)",
            "training.seed": "\(configuration.training.seed)",
            shardsKey: "\(shardCount)",
            reductionKey: configuration.parallel.reduction.rawValue,
            "dataset.name": configuration.dataset.name.rawValue,
            "dataset.limit": "\(sampleCount)",
            "dataset.limitSeed": configuration.dataset.limitSeed.map { "\($0)" } ?? "none",
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
        let found = try communicator.keepingInTouch(onRank: 0) { [self] in
            guard let checkpoint = try findCheckpoint() else { return -1 }
            try take(checkpoint)
            return trainer.progress.step
        }
        let step = try communicator.allGather(found ?? -1)[0]
        guard step >= 0 else {
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
        case .never where RunFolder.wasBegun(path: options.directory, bySession: options.launchSession),
            .replace where RunFolder.wasBegun(path: options.directory, bySession: options.launchSession):
            return try store.newest(onRejected: reject)
        case .never:
            let differences = settingsThatDiffer(inFolder: options.directory)
            guard differences.isEmpty || !RunFolder.isFinished(path: options.directory) else {
                throw TrainingError.wouldReplaceFinishedRun(path: options.directory, differences: differences)
            }
            return nil
        case .replace: return nil
        case .automatic: return try store.newest(onRejected: reject)
        case .from(let path): return try CheckpointStore.load(path, onRejected: reject)
        }
    }

    private func take(_ checkpoint: LoadedCheckpoint) throws {
        let point = try checkpoint.requireResumePoint()
        try requireSameRun(point.counters, path: checkpoint.path)
        guard let progress = TrainingProgress(step: point.manifest.step, counters: point.counters) else {
            throw CheckpointError.malformed(path: checkpoint.path, problem: "its counters are not a training run's")
        }
        try contents.restoreModel(from: checkpoint)
        try contents.restoreState(from: checkpoint)
        trainer.progress = progress
        if let notice = trainer.environment.notice(ofCheckpointMadeWith: point.manifest.environment) {
            notices.append(notice)
        }
        noteChangedSettings(since: checkpoint)
    }

    /// Refuses a checkpoint after which this run's steps would be no continuation.
    private func requireSameRun(_ counters: [String: String], path: String) throws(TrainingError) {
        let fast = Reduction.fast.rawValue
        // It has a shard for each rank, whatever their number.
        let isFast = [counters[Self.reductionKey], identity[Self.reductionKey]].contains(fast)
        for (key, expected) in identity.sorted(by: { $0.key < $1.key }) where key != Self.reductionKey {
            let found = counters[key] ?? "none"
            guard found != expected else { continue }
            guard isFast, key == Self.shardsKey else {
                throw .checkpointOfAnotherRun(path: path, key: key, found: found, expected: expected)
            }
            notices.append(
                "a batch is cut into \(expected) shards from here on, into \(found) before: with parallel.reduction: fast "
                    + "there is one for each rank, and the last bits depend on it"
            )
        }
    }

    private func noteChangedSettings(since checkpoint: LoadedCheckpoint) {
        guard let folder = Self.runFolder(ofCheckpoint: checkpoint.path) else { return }
        changedSettings = settingsThatDiffer(inFolder: folder)
        guard !changedSettings.isEmpty else { return }
        let former = RunFolder.formerConfigurationName(untilStep: trainer.progress.step)
        notices.append(
            "the settings aren't those of the checkpoint: \(changedSettings.text)"
                + (folder == Self.standardized(options.directory) ? "; \(former) keeps the former ones" : "")
        )
    }

    /// The folder of the run that made a checkpoint; nil where it lies elsewhere.
    private static func runFolder(ofCheckpoint path: String) -> String? {
        let checkpoints = (standardized(path) as NSString).deletingLastPathComponent as NSString
        guard checkpoints.lastPathComponent == "checkpoints" else { return nil }
        let folder = checkpoints.deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    private static func standardized(_ path: String) -> String { (path as NSString).standardizingPath }
}
