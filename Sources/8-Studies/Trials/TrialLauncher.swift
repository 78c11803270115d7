import Foundation
import Launching
import Processes
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Divides this machine's cores between trials, and starts a trial's ranks.
package struct TrialLauncher: Sendable {
    package let rankCount: Int
    /// The number of trials that run at once.
    package let slotCount: Int
    private let threadCount: Int
    /// The program that all ranks run: this program.
    private let program: String

    /// Divides `coreCount` cores: as many trials at once as fit, and the remaining cores as threads of the ranks.
    package init(
        rankCount: Int,
        coreCount: Int = ProcessorCores.count,
        program: String = ProgramPath.current
    ) {
        self.program = program
        self.rankCount = rankCount
        slotCount = max(1, coreCount / rankCount)
        threadCount = max(1, coreCount / (rankCount * slotCount))
    }

    /// The command that trains a trial.
    package func command(for folder: TrialFolder) -> (name: String, arguments: [String]) {
        let trial = folder.trial
        let training =
            ["train", "--config", trial.configurationPath, "--run-dir", folder.path, "--max-epochs", "\(trial.epochs)"]
            + trial.overrides.flatMap { ["--set", $0] }
        guard rankCount > 1 else { return (program, training) }
        let arguments = mpirun(training).arguments
        return (arguments[0], Array(arguments.dropFirst()))
    }

    /// Trials run side by side, so that their ranks share all cores.
    private func mpirun(_ training: [String]) -> MPIRunCommand {
        MPIRunCommand(
            Attempt(rankCount: rankCount, shares: [], arguments: training),
            program: program,
            sessionFolder: nil,
            coreCount: 0,
            variables: variables,
            inherited: ProcessInfo.processInfo.environment
        )
    }

    /// Trains a trial to its end; its output is appended to `output.log` in the run folder.
    ///
    /// - Parameters:
    ///   - folder: The trial's run folder, which must exist.
    ///   - lock: Becomes standard input, so that ranks that outlive this process keep the lock.
    /// - Returns: The exit code, or 128 + the number of the signal that ended the process.
    /// - Throws: `TrialsError.launcher`, `CancellationError`.
    func run(_ folder: TrialFolder, holding lock: FileLock) async throws -> Int32 {
        let (name, arguments) = command(for: folder)
        let log = try FileDescriptor.open(
            FilePath(folder.path + "/output.log"),
            .writeOnly,
            options: [.create, .append, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        defer { try? log.close() }
        do {
            let result = try await Subprocess.run(
                name.contains("/") ? .path(FilePath(name)) : .name(name),
                arguments: Arguments(arguments),
                environment: .inherit.updating(environment),
                platformOptions: Self.platformOptions,
                input: .fileDescriptor(lock.descriptor, closeAfterSpawningProcess: false),
                output: .fileDescriptor(log, closeAfterSpawningProcess: false),
                error: .combinedWithOutput
            )
            return result.terminationStatus.exitCode
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw TrialsError.launcher(name: name, reason: "not installed; Launch/quickstart installs it")
        } catch let error as SubprocessError {
            throw TrialsError.launcher(name: name, reason: "\(error)")
        }
    }

    /// In a process group of its own, mpirun doesn't get the terminal's SIGINT, on which it would kill the ranks.
    ///
    /// SIGUSR1 reaches them through mpirun, and they stop after a checkpoint.
    private static var platformOptions: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .userDefinedOne, allowedDurationToNextStep: .seconds(60)),
            .gracefulShutDown(allowedDurationToNextStep: .seconds(5)),
        ]
        return options
    }

    private var environment: [Environment.Key: String?] {
        let environment = rankCount > 1 ? mpirun([]).environment : variables
        return Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })
    }

    private var variables: [String: String] { ["SWIFT_DP_THREADS": "\(threadCount)", "OPENBLAS_NUM_THREADS": "1"] }
}
