import Configuration
import Foundation
import Kernels
import Numerics

/// What has to be right before anything else runs.
enum Startup {
    /// The kernels for which this process was started anew; nil where it wasn't.
    nonisolated(unsafe) private static var requestedKernels: KernelChoice?

    /// Starts the program anew where OpenBLAS, on being loaded, chose kernels that are slower than this processor's best:
    /// it reads its choice from the environment, and then only.
    static func chooseBLASKernels() {
        requestedKernels = RestartNote.take()
        BLAS.useOneThread()
        guard requestedKernels == nil, let coreType = BLAS.preferredCoreType() else { return }
        // Slower kernels are as right where it can't be started anew.
        restart(with: KernelChoice(coreType: coreType, vector: KernelChoice.current.vector))
    }

    /// Starts the program anew where a configuration asks for other kernels than those in use.
    ///
    /// To be called before anything is written, and before MPI is there.
    ///
    /// - Parameters:
    ///   - configuration: What asks.
    ///   - path: Its file or name, which is read again.
    /// - Throws: `ConfigurationError` where it can't be read again.
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

    /// Starts the program anew with other kernels; returns where that isn't possible.
    private static func restart(with kernels: KernelChoice) {
        RestartNote.leave(kernels)
        var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
        execv("/proc/self/exe", &arguments)
        _ = RestartNote.take()
    }

    /// Makes a write beyond a limit on file sizes fail like one to a full disk, and one to a pipe that nobody reads any
    /// more fail as well, instead of ending the process.
    static func takeFailedWritesAsErrors() {
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Opens the standard streams that the process was started without: the next files would take their numbers, and
    /// messages would end up in a checkpoint.
    static func openStandardStreams() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number, which is this one.
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

    /// Ends the program where a variable that decides how it computes has a value that means nothing.
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
