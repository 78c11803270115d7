import Assembly
package import Checkpoints
public import Collectives
public import Configuration
import Console
import Datasets
import Formatting
import Foundation
import GradientReduction
import Kernels
public import Metrics
import ModelCheckpoints
import Networks
import Tensors

/// What the command line says of a run besides its configuration.
public struct RunOptions: Sendable {
    /// What to do with checkpoints that are there.
    public var resume: ResumePolicy
    /// The run's folder.
    public var directory: String
    /// The step at which to stop; nil for the configured epochs.
    public var maximumSteps: Int?
    /// The epoch after which to stop; nil for the configured epochs.
    public var maximumEpochs: Int?
    /// How long the run may take, in seconds; nil for no limit.
    public var maximumSeconds: Double?
    /// The configuration's name in summaries.
    public var configurationName: String
    /// Where to write a Chrome trace of the first steps; nil for none.
    public var tracePath: String?
    /// What all starts of a run under `launch` have in common; nil for a run that is started once.
    public var launchSession: String?
    /// How much the run says.
    public var detail = ProgressDetail.usual

    /// Options of a run.
    ///
    /// - Parameters:
    ///   - resume: What to do with checkpoints that are there.
    ///   - directory: The run's folder.
    ///   - maximumSteps: The step at which to stop; by default that of the configured epochs.
    ///   - maximumEpochs: The epoch after which to stop; by default the configured last.
    ///   - maximumSeconds: How long the run may take; by default without limit.
    ///   - configurationName: The configuration's name in summaries.
    ///   - tracePath: Where to write a Chrome trace of the first steps; by default none is written.
    ///   - launchSession: What all starts of a run under `launch` have in common; by default there is one start.
    public init(
        resume: ResumePolicy,
        directory: String,
        maximumSteps: Int? = nil,
        maximumEpochs: Int? = nil,
        maximumSeconds: Double? = nil,
        configurationName: String,
        tracePath: String? = nil,
        launchSession: String? = nil
    ) {
        self.resume = resume
        self.directory = directory
        self.maximumSteps = maximumSteps
        self.maximumEpochs = maximumEpochs
        self.maximumSeconds = maximumSeconds
        self.configurationName = configurationName
        self.tracePath = tracePath
        self.launchSession = launchSession
    }
}

/// How a run ended.
public enum RunOutcome: Sendable, Equatable {
    /// All its steps are done.
    case completed
    /// It was asked to stop, and can be resumed.
    case interrupted(reason: String)
}

/// A training run on all ranks: the place where configuration, data, network, ranks and files come together.
public final class TrainingRun {
    let configuration: Configuration
    let options: RunOptions
    let communicator: any Communicator
    let trainer: Trainer
    let contents: CheckpointContents
    private(set) var store: CheckpointStore
    let identity: [String: String]
    var notices: [String] = []
    /// On rank 0: the settings that the run of the checkpoint had otherwise.
    var changedSettings: [Configuration.Difference] = []
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
    public convenience init(
        configuration: Configuration,
        options: RunOptions,
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

    /// Builds the run on this rank, with any disk for its checkpoints and any reason to stop early.
    ///
    /// Collective: every rank must call this, in the same order.
    package init(
        configuration: Configuration,
        options: RunOptions,
        communicator: any Communicator,
        checkpointFileSystem: any FileSystem,
        stopReason: @escaping () -> StopRequest.Reason?
    ) throws {
        self.configuration = configuration
        self.options = options
        self.communicator = communicator
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
        contents = CheckpointContents(replica: trainer.replica, optimizer: trainer.optimizer)
        store = CheckpointStore(
            directory: options.directory + "/checkpoints",
            fileSystem: checkpointFileSystem,
            keepLast: configuration.checkpoint.keepLast,
            keepBest: configuration.checkpoint.keepBest
        )
        identity = Self.identity(
            configuration,
            sampleCount: trainer.sampleCount,
            shardCount: trainer.shards.virtualShards
        ).merging(configuration.dataset.counters(of: dataset)) { $1 }
        self.stopReason = stopReason
        if let notice = configuration.warmupNotice { notices.append(notice) }
    }

    /// The step after which the run ends.
    var finalStep: Int {
        let epochs = min(configuration.training.epochs, options.maximumEpochs ?? .max)
        return min(trainer.stepsPerEpoch * epochs, options.maximumSteps ?? .max)
    }

    /// Trains to the end, or until somebody asks to stop.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Returns: How the run ended, on every rank alike.
    /// - Throws: The typed errors of the modules below.
    public func run() throws -> RunOutcome {
        let claim = try communicator.keepingInTouch(onRank: 0) { [self] in try claimFolder() }
        defer { claim?.release() }
        let resumedStep = try resume()
        communicator.status.firstStep = UInt64(trainer.progress.step)
        if let resumedStep, try isResultKept(ofStep: resumedStep) { return .completed }
        let coordinator = try communicator.keepingInTouch(onRank: 0) { [self] in
            try prepareFolder(resumedStep: resumedStep)
            return try makeCoordinator(resumedStep: resumedStep)
        }
        let loop = TrainingLoop(run: self, coordinator: coordinator, stopReason: stopReason)
        let recording = try options.tracePath.map { path in
            (path, try TraceRecording(of: trainer.runner, over: communicator))
        }
        if resumedStep == nil { try loop.writeCheckpoint(metric: nil) }
        let outcome = try loop.train()
        if let (path, recording) = recording { try recording.write(to: path) }
        return outcome
    }

    private func claimFolder() throws(TrainingError) -> RunFolderClaim {
        try RunFolderClaim(path: options.directory, patienceSeconds: 5)
    }

    /// Whether the run is over and its files are complete, so that nothing in the folder needs to change.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Throws: `TrainingError` on rank 0 where that run was another, or the checkpoint is of a step beyond this one.
    private func isResultKept(ofStep step: Int) throws -> Bool {
        guard step >= finalStep else { return false }
        let isKept = try communicator.keepingInTouch(onRank: 0) { [self] in
            guard changedSettings.isEmpty else {
                throw TrainingError.finishedWithOtherSettings(path: options.directory, differences: changedSettings)
            }
            let lastStep = trainer.stepsPerEpoch * configuration.training.epochs
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
        return try communicator.allGather(isKept ?? false)[0]
    }

    /// The settings on which a result depends and that a run folder's run had otherwise; none where it has none.
    func settingsThatDiffer(inFolder folder: String) -> [Configuration.Difference] {
        guard let former = RunFolder.configurationText(path: folder) else { return [] }
        let differences = Configuration.differences(from: former, to: configuration.resolvedYAML()) ?? []
        return differences.filter(\.concernsResult)
    }

    /// Makes this process the folder's writer, and clears away what an earlier run left where this one starts anew.
    private func prepareFolder(resumedStep: Int?) throws {
        let startsAnew = [.never, .replace].contains(options.resume) && resumedStep == nil
        guard startsAnew else {
            store = try store.beginWriting(resumingAtStep: resumedStep)
            return
        }
        try RunFolder.clear(path: options.directory)
        store = try store.beginAnew()
        try RunFolder.note(session: options.launchSession, path: options.directory)
    }

    private func makeCoordinator(resumedStep: Int?) throws -> Coordinator {
        let folder = try RunFolder(
            path: options.directory,
            configuration: configuration,
            resumingAtStep: resumedStep
        )
        let coordinator = Coordinator(
            configuration: configuration,
            environment: trainer.environment,
            folder: folder,
            store: store,
            contents: contents,
            detail: options.detail,
            plan: RunPlan(
                epochs: configuration.training.epochs,
                stepsPerEpoch: trainer.stepsPerEpoch,
                totalSteps: finalStep,
                globalBatchSize: configuration.training.globalBatchSize
            ),
            counters: identity
        )
        for line in startUpLines { coordinator.print(line) }
        if options.detail == .verbose {
            for (name, value) in trainer.environment.numerics.sorted(by: { $0.key < $1.key }) {
                coordinator.print("\(name): \(value)")
            }
        }
        if let resumedStep { coordinator.print("resumed after step \(resumedStep)") }
        try coordinator.record(
            .start(
                StartRecord(
                    step: trainer.progress.step,
                    epoch: trainer.epoch + 1,
                    configName: options.configurationName,
                    worldSize: communicator.worldSize,
                    threadsPerRank: trainer.environment.threadCount,
                    globalBatchSize: configuration.training.globalBatchSize,
                    stepsPerEpoch: trainer.stepsPerEpoch,
                    wallTime: Date().timeIntervalSince1970
                )
            )
        )
        for notice in notices {
            try coordinator.record(
                .warning(
                    WarningRecord(
                        step: trainer.progress.step,
                        message: notice,
                        wallTime: Date().timeIntervalSince1970
                    )
                )
            )
        }
        return coordinator
    }

    /// What would be run: what runs say when they start, and how long the run is.
    public var planDescription: String {
        (startUpLines + notices.map { "warning: \($0)" }).joined(separator: "\n")
    }

    /// Two lines that fit a terminal of 80 columns.
    private var startUpLines: [String] {
        let ranks = Format.count(communicator.worldSize, "rank")
        let threads = Format.count(trainer.environment.threadCount, "thread")
        let images = Format.count(trainer.sampleCount, "image")
        return [
            "\(options.configurationName): \(Format.grouped(trainer.replica.network.parameterCount)) parameters, "
                + "\(ranks) × \(threads), \(BLAS.kernelName), \(VectorInstructions.best?.name ?? "no vectors")",
            "\(Format.count(finalStep, "step")) on \(images) into \(options.directory), "
                + "batch \(configuration.training.globalBatchSize), \(Format.count(trainer.shards.virtualShards, "shard"))",
        ]
    }
}
