import Checkpoints
import ConfigurationFiles
import Foundation
import ModelCheckpoints

/// What a run starts from: a checkpoint, the weights of another training, or nothing.
struct Resumption {
    /// The progress of the checkpoint's run; nil if the run starts from the beginning.
    private(set) var progress: TrainingProgress?
    /// Where the run's weights came from when it began; nil if the seed made them.
    private(set) var origin: WeightOrigin?
    /// What the user should know about the checkpoint, and about newer ones that can't be used.
    private(set) var notices: [String] = []
    /// The settings that affect the result and were different in the checkpoint's run.
    private(set) var changedSettings: [Configuration.Difference] = []

    /// Loads the checkpoint from which the run continues, if there is one, or else the weights with which it begins.
    ///
    /// For rank 0.
    ///
    /// - Parameters:
    ///   - contents: Receives the weights and the optimizer's state.
    ///   - store: The run's checkpoints.
    ///   - options: Which checkpoint to load.
    ///   - configuration: The run's configuration.
    ///   - identity: What the checkpoint has to be equal in.
    ///   - environment: The environment of this run.
    ///   - firstDifference: The first of the steps up to a second number that would have been another in a run of so many
    ///     epochs; nil if there is none.
    /// - Returns: The result.
    /// - Throws: `CheckpointError`, `TrainingError`.
    static func load(
        into contents: CheckpointContents,
        from store: CheckpointStore,
        options: RunArguments,
        configuration: Configuration,
        identity: RunIdentity,
        environment: RunEnvironment,
        firstDifference: (_ epochs: Double, _ step: Int) -> Int?
    ) throws -> Resumption {
        var resumption = Resumption()
        guard let checkpoint = try resumption.findCheckpoint(in: store, options, configuration) else {
            try resumption.initialize(contents, options)
            return resumption
        }
        let point = try checkpoint.requireResumePoint()
        if let notice = try identity.check(point.counters, path: checkpoint.path) { resumption.notices.append(notice) }
        guard let progress = TrainingProgress(step: point.manifest.step, counters: point.counters) else {
            throw CheckpointError.malformed(path: checkpoint.path, problem: "its counters are not a training run's")
        }
        resumption.origin = WeightOrigin(counters: point.counters)
        try resumption.requireOrigin(options.initialWeights, of: checkpoint)
        try contents.restoreModel(from: checkpoint)
        try contents.restoreState(from: checkpoint)
        resumption.progress = progress
        if let notice = environment.notice(ofCheckpointMadeWith: point.manifest.environment) {
            resumption.notices.append(notice)
        }
        resumption.noteChangedSettings(since: checkpoint, atStep: progress.step, options, configuration)
        if options.resume == .automatic {
            try resumption.requireSamePast(untilStep: progress.step, checkpoint, firstDifference)
        }
        return resumption
    }

    /// Loads the weights of `--initialize-from` for a new run; a resumed run has them in its checkpoints.
    private mutating func initialize(_ contents: CheckpointContents, _ options: RunArguments) throws {
        guard let source = options.initialWeights else { return }
        origin = try WeightOrigin(taking: source, into: contents) { notices.append($0) }
    }

    /// Throws if the run began with other weights than `--initialize-from` asks for.
    private func requireOrigin(_ source: WeightSource?, of checkpoint: LoadedCheckpoint) throws(TrainingError) {
        guard let source, origin?.isNamed(by: source) != true else { return }
        throw .checkpointOfOtherWeights(path: checkpoint.path, found: origin?.path, expected: source.path)
    }

    /// Throws if the run's steps up to now would have been others with the present number of epochs: no new run could
    /// repeat the result.
    ///
    /// Not for a checkpoint that `--resume PATH` names.
    private func requireSamePast(
        untilStep step: Int,
        _ checkpoint: LoadedCheckpoint,
        _ firstDifference: (_ epochs: Double, _ step: Int) -> Int?
    ) throws(TrainingError) {
        guard let change = changedSettings.first(where: { $0.keyPath == "training.epochs" }),
            let former = change.first, let present = change.second,
            let first = Double(former).flatMap({ firstDifference($0, step) })
        else { return }
        throw .otherStepsBefore(path: checkpoint.path, step: first, formerEpochs: former, epochs: present)
    }

    private mutating func findCheckpoint(
        in store: CheckpointStore,
        _ options: RunArguments,
        _ configuration: Configuration
    ) throws -> LoadedCheckpoint? {
        var rejections: [String] = []
        defer { notices += rejections }
        let reject = { (folder: String, reason: CheckpointError) in
            rejections.append("checkpoint \(folder) is passed over: \(reason)")
        }
        switch options.resume {
        case .never where RunFolder.wasBegun(path: options.directory, bySession: options.launchSession),
            .replace where RunFolder.wasBegun(path: options.directory, bySession: options.launchSession):
            return try store.newest(onRejected: reject)
        case .never:
            let differences = RunFolder.settingsThatDiffer(path: options.directory, from: configuration)
            guard differences.isEmpty || !RunFolder.isFinished(path: options.directory) else {
                throw TrainingError.wouldReplaceFinishedRun(path: options.directory, differences: differences)
            }
            return nil
        case .replace: return nil
        case .automatic: return try store.newest(onRejected: reject)
        case .from(let path): return try CheckpointStore.load(path, onRejected: reject)
        }
    }

    private mutating func noteChangedSettings(
        since checkpoint: LoadedCheckpoint,
        atStep step: Int,
        _ options: RunArguments,
        _ configuration: Configuration
    ) {
        guard let folder = Self.runFolder(ofCheckpoint: checkpoint.path) else { return }
        changedSettings = RunFolder.settingsThatDiffer(path: folder, from: configuration)
        guard !changedSettings.isEmpty else { return }
        let former = RunFolder.formerConfigurationName(untilStep: step)
        notices.append(
            "the settings aren't those of the checkpoint: \(changedSettings.text)"
                + (folder == Self.standardized(options.directory) ? "; \(former) keeps the former ones" : "")
        )
    }

    /// The folder of the run that made a checkpoint; nil if the checkpoint isn't in a run's folder.
    private static func runFolder(ofCheckpoint path: String) -> String? {
        let checkpoints = (standardized(path) as NSString).deletingLastPathComponent as NSString
        guard checkpoints.lastPathComponent == CheckpointStore.folderName else { return nil }
        let folder = checkpoints.deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    private static func standardized(_ path: String) -> String { (path as NSString).standardizingPath }
}
