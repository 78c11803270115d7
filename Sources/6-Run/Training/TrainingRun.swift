import Assembly
package import Checkpoints
package import Collectives
package import ConfigurationFiles
import Console
import Datasets
import Formatting
import GradientReduction
import Metrics
import ModelCheckpoints
import Networks

/// A training run on all ranks, made from a configuration: data, network, trainer and run folder.
package final class TrainingRun {
    private let options: RunArguments
    private let trainer: Trainer
    private let contents: CheckpointContents
    private let store: CheckpointStore
    private let identity: RunIdentity
    private var description: RunDescription
    /// Warnings about the configuration.
    private let notices: [String]
    private let stopReason: () -> StopRequest.Reason?

    /// Builds the run on this rank and checks that all ranks build the same.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - configuration: The same on all ranks.
    ///   - options: The same on all ranks.
    ///   - communicator: The ranks.
    /// - Throws: The typed errors of the modules below.
    package convenience init(
        configuration: Configuration,
        options: RunArguments,
        communicator: any Communicator
    ) throws {
        let stopRequest = StopRequest(maximumSeconds: options.maximumSeconds)
        try self.init(
            configuration: configuration,
            options: options,
            communicator: communicator,
            checkpointFileSystem: POSIXFileSystem(),
            stopReason: { stopRequest.reason }
        )
    }

    /// Builds the run on this rank, with a file system for its checkpoints and a source of stop requests.
    ///
    /// Collective: every rank must call this, in the same order.
    package init(
        configuration: Configuration,
        options: RunArguments,
        communicator: any Communicator,
        checkpointFileSystem: any FileSystem,
        stopReason: @escaping () -> StopRequest.Reason?
    ) throws {
        self.options = options
        self.stopReason = stopReason
        let globalBatchSize = configuration.training.globalBatchSize
        guard globalBatchSize >= communicator.worldSize else {
            throw TrainingError.batchSmallerThanRanks(
                globalBatchSize: globalBatchSize,
                worldSize: communicator.worldSize
            )
        }
        if communicator.rank == 0 {
            try RunFolder.requireFolder(path: options.directory)
            if let path = options.tracePath { try TraceRecording.requireWritable(path) }
        }
        communicator.timeout = .seconds(configuration.parallel.timeoutSeconds)
        try NumericsAgreement().check(over: communicator)
        let dataset = try communicator.keepingInTouch { try configuration.loadDataset() }
        let network = try configuration.makeNetwork(worldSize: communicator.worldSize, for: dataset.description)
        try StartUpAgreement(
            configurationText: configuration.resolvedYAML(),
            network: network,
            dataset: dataset
        ).check(over: communicator)
        trainer = try Trainer(
            configuration: configuration,
            network: network,
            dataset: dataset,
            communicator: communicator
        )
        contents = CheckpointContents(
            replica: trainer.replica,
            optimizer: trainer.optimizer,
            average: trainer.average
        )
        store = CheckpointStore(
            directory: options.directory + "/" + CheckpointStore.folderName,
            fileSystem: checkpointFileSystem,
            keepLast: configuration.checkpoint.keepLast,
            keepBest: configuration.checkpoint.keepBest
        )
        identity = RunIdentity(configuration, dataset: dataset, shardCount: trainer.shards.virtualShards)
        description = RunDescription(of: trainer, options)
        notices = configuration.warmupNotice.map { [$0] } ?? []
    }

    /// The start-up lines and notices, for `--dry-run`.
    ///
    /// - Throws: `CheckpointError` if the weights of `--initialize-from` can't be used.
    package func planDescription() throws -> String {
        var (description, notices) = (description, notices)
        if let source = options.initialWeights {
            description.origin = try WeightOrigin(taking: source, into: contents) { notices.append($0) }
        }
        return (description.lines + notices.map { "warning: \($0)" }).joined(separator: "\n")
    }

    /// Trains to the end, or until a stop is requested.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Returns: How the run ended, on every rank alike.
    /// - Throws: The typed errors of the modules below.
    package func run() throws -> RunOutcome {
        let communicator = trainer.communicator
        let claim = try communicator.keepingInTouch(onRank: 0) { [options] in
            try RunFolderClaim(path: options.directory, patienceSeconds: 5)
        }
        defer { claim?.release() }
        let (isResumed, resumption) = try resume()
        description.origin = resumption?.origin
        communicator.status.firstStep = UInt64(trainer.progress.step)
        if isResumed, try isResultKept(changedSettings: resumption?.changedSettings ?? []) { return .completed }
        let machines = try RankMachine.ofRanks(over: communicator, threadCount: trainer.environment.threadCount)
        let coordinator = try communicator.keepingInTouch(onRank: 0) { [self] in
            let notices = notices + (resumption?.notices ?? [])
            return try makeCoordinator(isResumed: isResumed, notices: notices, machines: machines)
        }
        let loop = TrainingLoop(
            trainer: trainer,
            plan: description.plan,
            coordinator: coordinator,
            stopReason: stopReason
        )
        let recording = try options.tracePath.map { path in
            (path, try TraceRecording(of: trainer.runner, over: communicator))
        }
        if !isResumed { try loop.writeCheckpoint(metric: nil) }
        let outcome = try loop.train()
        if let (path, recording) = recording { try recording.write(to: path) }
        return outcome
    }

    /// Loads the checkpoint to resume from, on rank 0, and sends its state to all ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Returns: Whether a checkpoint was loaded, on every rank alike; on rank 0 also the resumption.
    private func resume() throws -> (isResumed: Bool, Resumption?) {
        let resumption = try trainer.communicator.keepingInTouch(onRank: 0) { [self] in
            try Resumption.load(
                into: contents,
                from: store,
                options: options,
                configuration: trainer.configuration,
                identity: identity,
                environment: trainer.environment,
                firstDifference: trainer.firstDifference
            )
        }
        let isResumed = try trainer.communicator.allGather(resumption?.progress != nil)[0]
        try trainer.takeUp(resumption?.progress ?? TrainingProgress(), ofRank: 0)
        return (isResumed, resumption)
    }

    /// Whether the run is complete with all its files, so that nothing is left to do.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter changedSettings: On rank 0, the settings that differ from the checkpoint's run.
    /// - Returns: Whether it is, on every rank alike.
    /// - Throws: `TrainingError` on rank 0 if there are such settings, or if the checkpoint is past the run's last step.
    private func isResultKept(changedSettings: [Configuration.Difference]) throws -> Bool {
        let (step, plan) = (trainer.progress.step, description.plan)
        guard step >= plan.totalSteps || trainer.hasRunOutOfPatience else { return false }
        let lastStep = trainer.stepCount
        let isKept = try trainer.communicator.keepingInTouch(onRank: 0) { [options] in
            guard changedSettings.isEmpty else {
                throw TrainingError.finishedWithOtherSettings(path: options.directory, differences: changedSettings)
            }
            guard step <= lastStep else {
                throw TrainingError.checkpointPastEnd(path: options.directory, step: step, finalStep: lastStep)
            }
            let isKept = RunFolder.isComplete(path: options.directory, step: step)
            if isKept {
                let text = "\(options.directory): complete after step \(step), nothing is left to do"
                StandardStream.output.tellLine(text)
            }
            return isKept
        }
        return try trainer.communicator.allGather(isKept ?? false)[0]
    }

    /// Claims the folder, clears it for a new run, and records the start.
    private func makeCoordinator(isResumed: Bool, notices: [String], machines: [RankMachine]) throws -> Coordinator {
        let step = trainer.progress.step
        let store = try beginWriting(resumingAtStep: isResumed ? step : nil)
        let configuration = trainer.configuration
        let isStoppedByWriteFailures = configuration.checkpoint.onWriteFailure == .stop
        let journal = RunJournal(
            folder: try RunFolder(
                path: options.directory,
                configuration: configuration,
                used: usedValues,
                resumingAtStep: isResumed ? step : nil
            ),
            store: store,
            reporter: ProgressReporter(plan: description.plan, detail: options.detail),
            isStoppedByWriteFailures: isStoppedByWriteFailures
        )
        let coordinator = Coordinator(
            run: description,
            journal: journal,
            checkpoints: CheckpointKeeper(
                of: contents,
                in: store,
                journal: journal,
                run: description,
                identity: identity,
                isStoppedByWriteFailures: isStoppedByWriteFailures
            ),
            stepsBetweenRecords: configuration.logging.everySteps,
            machines: machines
        )
        try coordinator.started(
            atStep: step,
            isResumed: isResumed,
            notices: notices,
            isVerbose: options.detail == .verbose
        )
        return coordinator
    }

    /// The values that this run's machine and data gave to settings with a default, one per line.
    private var usedValues: [String] {
        func list(_ numbers: [Float]) -> String { "[\(numbers.map { "\($0)" }.joined(separator: ", "))]" }
        let dataset = trainer.configuration.dataset
        return [
            "dataset.mean: \(list(identity.dataset.normalization.mean))",
            "dataset.deviation: \(list(identity.dataset.normalization.standardDeviation))",
            "dataset.root: \(dataset.name == .digits ? "in the program" : dataset.path)",
            "parallel.threadsPerRank: \(trainer.environment.threadCount) on \(Format.count(description.worldSize, "rank"))",
        ] + (description.origin.map { ["--initialize-from: \($0.text)"] } ?? [])
    }

    private func beginWriting(resumingAtStep step: Int?) throws -> CheckpointStore {
        let startsAnew = [.never, .replace].contains(options.resume) && step == nil
        guard startsAnew else { return try store.beginWriting(resumingAtStep: step) }
        try RunFolder.clear(path: options.directory)
        let store = try store.beginAnew()
        try RunFolder.note(session: options.launchSession, path: options.directory)
        return store
    }
}
