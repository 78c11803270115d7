import ConfigurationFiles
import Foundation
import Kernels
import Numerics
import Processes

/// Checks and settings before anything else runs.
enum Startup {
    /// The kernels for which this process was restarted; nil if it wasn't.
    nonisolated(unsafe) private static var requestedKernels: KernelChoice?

    /// Restarts the program if OpenBLAS has chosen kernels that are slower than this processor's best: it reads its
    /// choice from the environment, and only when it is loaded.
    static func chooseBLASKernels() {
        requestedKernels = RestartNote.take()
        BLAS.useOneThread()
        guard requestedKernels == nil, let coreType = BLAS.preferredCoreType() else { return }
        // If it can't be restarted, slower kernels are correct, too.
        restart(with: KernelChoice(coreType: coreType, vector: KernelChoice.current.vector))
    }

    /// Restarts the program if a configuration asks for other kernels than those in use.
    ///
    /// Call it before anything is written, and before MPI is initialized.
    ///
    /// - Parameters:
    ///   - configuration: The configuration.
    ///   - path: Its file or name, which is read again after a restart.
    /// - Throws: `ConfigurationError` if it can't be read again.
    static func takeKernels(of configuration: Configuration, path: String) throws(ConfigurationError) {
        let common = KernelChoice.common
        guard configuration.parallel.numerics == .common, KernelChoice.current != common else { return }
        let settings = common.environment.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        let problem: String
        if requestedKernels == common {
            problem = "common needs \(common.description), found \(KernelChoice.current.description)"
        } else if ConfigurationFile.isReadOnce(path) {
            problem = "common starts the program anew, which can't read the configuration from a pipe again"
        } else {
            restart(with: common)
            problem = "common starts the program anew, which failed: \(String(cString: strerror(errno)))"
        }
        throw ConfigurationError(
            file: path,
            keyPath: "parallel.numerics",
            problem: problem,
            hint: "set it to native, and \(settings) in the environment"
        )
    }

    /// Restarts the program with other kernels; returns if that isn't possible.
    private static func restart(with kernels: KernelChoice) {
        RestartNote.leave(kernels)
        var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
        // By its own path, which top and pkill show; the link also works after the file was moved.
        execv(ProgramPath.current, &arguments)
        execv("/proc/self/exe", &arguments)
        _ = RestartNote.take()
    }

    /// Lets writes beyond a limit on file sizes, or to a pipe without a reader, fail with an error instead of ending
    /// the process.
    static func takeFailedWritesAsErrors() {
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Opens the standard streams that are closed: otherwise the next files would get their numbers, and messages would
    /// end up in a checkpoint.
    static func openStandardStreams() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // Opens the lowest free number, which is this one.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
        }
    }

    /// Ends the program on an x86-64 processor without AVX2.
    static func requireVectors() {
        guard VectorInstructions.best == nil else { return }
        Failure.end(
            "this processor has neither AVX2 with FMA nor AVX-512, which swift-dp-train needs",
            code: .software
        )
    }

    /// Ends the program if an environment variable that decides how it computes has an invalid value.
    static func requireValidVariables() {
        let environment = ProcessInfo.processInfo.environment
        if let threads = environment["SWIFT_DP_THREADS"], !threads.isEmpty, (Int(threads) ?? 0) < 1 {
            Failure.end("SWIFT_DP_THREADS is '\(threads)', a number of threads from 1 on needed", code: .usage)
        }
        if let vector = environment["SWIFT_DP_VECTOR"], !vector.isEmpty, !VectorInstructions.names.contains(vector) {
            let valid = VectorInstructions.names.joined(separator: ", ")
            Failure.end("SWIFT_DP_VECTOR is '\(vector)'; valid on this processor: \(valid)", code: .usage)
        }
    }
}
