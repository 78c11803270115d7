import ArgumentParser
import Checkpoints
import Collectives
import ConfigurationFiles
import Console
import Datasets
import Explanation
import Export
import Foundation
import GradientReduction
import ImageFiles
import Images
import Launching
import Metrics
import Predictions
import Processes
import Reports
import Training
import Trials

/// Ends the program when something goes wrong: with one message from one rank, and the same exit code on all ranks.
enum Failure {
    /// The exit codes that scripts rely on, similar to BSD's sysexits.
    enum Code: Int32 {
        case usage = 64
        case data = 65
        case software = 70
        case inputOutput = 74
        case interrupted = 75
    }

    /// The other ranks, which must be ended, too; nil as long as there are none.
    nonisolated(unsafe) static var communicator: MPICommunicator?

    /// Prints an error and ends the program on all ranks.
    static func report(_ error: any Error) -> Never {
        if let known = message(for: error) { end(known.text, code: known.code) }
        let exitCode = SwiftDPTrain.exitCode(for: error)
        if !exitCode.isSuccess { letFirstRankSpeak() }
        SwiftDPTrain.exit(withError: error)
    }

    /// Prints a message and ends the program on all ranks.
    static func end(_ message: String, code: Code) -> Never {
        letFirstRankSpeak()
        let speaker = rank.map { "rank \($0): " } ?? ""
        StandardStream.error.tellLine("swift-dp-train: \(speaker)\(message)")
        communicator?.abort(exitCode: code.rawValue)
        exit(code.rawValue)
    }

    /// Prints a message that doesn't end the program, on rank 0 only.
    static func tell(_ message: String) {
        if rank ?? 0 == 0 { StandardStream.error.tellLine("swift-dp-train: \(message)") }
    }

    /// If all ranks have the same error, only the first one prints it: the others wait a moment, in which the first
    /// one's end ends them, too.
    ///
    /// An error that the first rank doesn't have is printed after that moment. mpirun takes a second to end ranks with
    /// SIGKILL, and longer if there are more ranks than cores.
    private static func letFirstRankSpeak() {
        guard let rank, rank > 0 else { return }
        Thread.sleep(forTimeInterval: 3 + 0.02 * Double(min(rank, 50)))
    }

    /// This process's rank, from the launcher's environment; nil without a launcher.
    private static var rank: Int? {
        let environment = ProcessInfo.processInfo.environment
        return ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"].lazy.compactMap { environment[$0].flatMap(Int.init) }
            .first
    }

    private static func message(for error: any Error) -> (text: String, code: Code)? {
        switch error {
        case let error as StreamError: (error.description, .inputOutput)
        case let error as ConfigurationError: (error.description, .usage)
        case let error as DatasetError: (error.description, code(for: error))
        case let error as CheckpointError: (error.description, code(for: error))
        case let error as TrainingError: (error.description, code(for: error))
        case let error as Divergence: (error.description, .data)
        case let error as ReductionError: (error.description, code(for: error))
        case let error as CollectiveError: (error.description, .inputOutput)
        case let error as MetricsError: (error.description, .inputOutput)
        case let error as ProcessError: (error.description, .inputOutput)
        case let error as LaunchError: (error.description, code(for: error))
        case let error as ReportsError: (error.description, .data)
        case let error as ExplanationError: (error.description, code(for: error))
        case let error as ExportError: (error.description, code(for: error))
        case let error as PredictionsError: (error.description, code(for: error))
        case let error as ImageFileError: (error.description, code(for: error))
        case let error as ImagesError: (error.description, .software)
        case let error as TrialsError: (error.description, code(for: error))
        case is CleanExit, is ValidationError, is ExitCode: nil
        default: isFromParser(error) ? nil : ("\(error)", .software)
        }
    }

    // The parser's own errors aren't public, but it knows the exit code of each.
    private static func isFromParser(_ error: any Error) -> Bool {
        SwiftDPTrain.exitCode(for: error) != .failure
    }

    private static func code(for error: DatasetError) -> Code {
        switch error {
        case .invalidOption: .usage
        case .unreadable, .unwritable, .toolMissing, .toolFailed, .transferFailed: .inputOutput
        default: .data
        }
    }

    private static func code(for error: CheckpointError) -> Code {
        if case .fileSystem = error { .inputOutput } else { .data }
    }

    private static func code(for error: TrainingError) -> Code {
        switch error {
        case .batchSmallerThanRanks, .ranksDiffer, .numericsDiffer, .memory, .finishedWithOtherSettings,
            .wouldReplaceFinishedRun, .checkpointOfOtherWeights, .otherStepsBefore:
            .usage
        case .checkpointOfAnotherRun, .checkpointPastEnd, .diverged: .data
        case .replicaDiverged, .replicasDisagree, .comparisonFailed: .software
        case .runFolder, .runFolderInUse, .unwritableTrace: .inputOutput
        }
    }

    private static func code(for error: LaunchError) -> Code {
        switch error {
        case .hostFile: .usage
        case .session: .inputOutput
        case .interrupted: .interrupted
        }
    }

    private static func code(for error: ExplanationError) -> Code {
        if case .output = error { .inputOutput } else { .usage }
    }

    private static func code(for error: ImageFileError) -> Code {
        if case .unreadable = error { .inputOutput } else { .data }
    }

    private static func code(for error: ExportError) -> Code {
        if case .unwritable = error { .inputOutput } else { .data }
    }

    private static func code(for error: PredictionsError) -> Code {
        switch error {
        case .unwritable: .inputOutput
        case .noPictures: .data
        }
    }

    private static func code(for error: TrialsError) -> Code {
        switch error {
        case .otherConfiguration: .data
        case .directory, .launcher: .inputOutput
        case .interrupted: .interrupted
        }
    }

    private static func code(for error: ReductionError) -> Code {
        switch error {
        case .moreRanksThanShards: .usage
        case .stepsDiffer: .software
        case .collective: .inputOutput
        }
    }
}
