import ArgumentParser
import Collectives
import ConfigurationFiles
import Console
import Foundation
import Launching
import Metrics
import Training

/// `train`, which is the default.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a network and writes a run folder.",
        discussion:
            "Stops after the step under way on SIGTERM, SIGINT or SIGUSR1, writes a checkpoint, and exits with 75."
    )

    @OptionGroup var source: ConfigurationOptions

    @Option(help: "The run's folder (default: run.directory, else runs/NAME).", completion: .directory)
    var runDir: String?

    @Option(
        help: ArgumentHelp(
            "Checkpoints that are there: 'auto' goes on from the newest, 'never' starts anew, 'replace' does so even "
                + "over a finished run with other settings; or a checkpoint's path."
        ),
        completion: CompletionSource.resume.kind
    )
    var resume = "auto"

    @Option(
        help: ArgumentHelp(
            "Begin a new run with the weights of another: its folder, a checkpoint or a file of weights. A run that goes on "
                + "keeps its own.",
            valueName: "path"
        ),
        completion: .file()
    )
    var initializeFrom: String?

    @Flag(help: "With --initialize-from: leave out what doesn't fit the network, which then begins anew there.")
    var allowMissing = false

    @Option(parsing: .unconditional, help: "Stop after so many steps in all (default: training.epochs).")
    var maxSteps: Int?

    @Option(
        parsing: .unconditional,
        help: "Stop after so many epochs in all, as if to go on later: the schedule stays that of training.epochs."
    )
    var maxEpochs: Int?

    @Option(
        parsing: .unconditional,
        help: "Stop after so long, in seconds, MM:SS, HH:MM:SS or DD:HH:MM:SS (default: no limit)."
    )
    var maxTime: String?

    @Option(
        help: ArgumentHelp("Write a Chrome trace of the first steps, for Perfetto.", valueName: "file"),
        completion: .file()
    )
    var trace: String?

    @Flag(help: "Check configuration, network and data, print what would be run, and write nothing.")
    var dryRun = false

    @OptionGroup var output: DetailOptions

    func validate() throws {
        if let maxSteps, maxSteps < 1 { throw ValidationError("--max-steps is \(maxSteps), 1 or more needed") }
        if let maxEpochs, maxEpochs < 1 { throw ValidationError("--max-epochs is \(maxEpochs), 1 or more needed") }
        if runDir == "" { throw ValidationError("--run-dir is empty, a folder's path needed") }
        if trace == "" { throw ValidationError("--trace is empty, a file's path needed") }
        if resume.isEmpty { throw ValidationError("--resume is empty, 'auto', 'never', 'replace' or a path needed") }
        if initializeFrom == "" { throw ValidationError("--initialize-from is empty, a path needed") }
        if allowMissing, initializeFrom == nil { throw ValidationError("--allow-missing needs --initialize-from") }
        if initializeFrom != nil, case .from = ResumePolicy(resume) {
            throw ValidationError("--initialize-from and a checkpoint in --resume found, one of them needed")
        }
        if let maxTime, TimeLimit.seconds(maxTime) == nil {
            throw ValidationError("--max-time is '\(maxTime)', seconds or DD:HH:MM:SS needed")
        }
    }

    func run() throws {
        StopRequest.listen()
        let configuration = try source.load()
        let options = RunArguments(
            resume: ResumePolicy(resume),
            initialWeights: initializeFrom.map { WeightSource(path: $0, allowsMissing: allowMissing) },
            directory: runDir ?? configuration.run.directory,
            maximumSteps: maxSteps,
            maximumEpochs: maxEpochs,
            maximumSeconds: maxTime.flatMap(TimeLimit.seconds),
            configurationName: source.name,
            tracePath: trace,
            launchSession: ProcessInfo.processInfo.environment[LaunchSession.variable],
            detail: output.detail
        )
        let outcome = try RankGroup.run { communicator in
            let run = try TrainingRun(configuration: configuration, options: options, communicator: communicator)
            guard !dryRun else {
                if communicator.rank == 0 { try StandardStream.output.writeLine(run.planDescription()) }
                return RunOutcome.completed
            }
            let outcome = try run.run()
            if communicator.rank == 0, outcome == .completed { tellEnding(of: options, configuration) }
            return outcome
        }
        if case .interrupted = outcome { throw ExitCode(Failure.Code.interrupted.rawValue) }
    }
}

extension Train {
    private func tellEnding(of options: RunArguments, _ configuration: Configuration) {
        let start = RunEnding.Start(
            configuration: source.config,
            overrides: source.overrides,
            plannedEpochs: configuration.training.epochs,
            patience: configuration.training.patience,
            hasScheduleOfWholeRun: configuration.schedule.shape.isOfWholeRun
        )
        guard [.usual, .verbose].contains(options.detail),
            let ending = try? RunEnding(folder: options.directory, start: start)
        else { return }
        StandardStream.output.tellLine(ending.text)
    }
}
