import Foundation

/// A run of `mpi-test-rank` under mpirun.
struct MPIRun {
    /// The lines that all ranks printed.
    let lines: [String]
    /// The exit code of mpirun.
    let exitCode: Int32
    /// The duration.
    let seconds: Double

    /// Starts the ranks and waits for their end; mpirun ends them after a minute.
    ///
    /// - Parameters:
    ///   - ranks: The number of ranks.
    ///   - arguments: The scenario and its arguments.
    ///   - shell: Shell commands that run before mpirun, in the same process and with separate mounts.
    /// - Throws: An error if mpirun can't be started.
    init(ranks: Int, _ arguments: String..., shell: String? = nil) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            (shell.map { ["unshare", "--mount", "sh", "-ec", $0 + "; exec \"$0\" \"$@\""] } ?? [])
            + ["mpirun", "-n", "\(ranks)", "--oversubscribe", "--bind-to", "none", "--timeout", "60"]
            + ["--mca", "mpi_yield_when_idle", "1", Self.rankProgram] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"]
        ) { $1 }
        process.standardOutput = output
        process.standardError = output
        let start = ContinuousClock.now
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        seconds = (ContinuousClock.now - start) / .seconds(1)
        lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        exitCode = process.terminationStatus
    }

    /// It is built into the same folder as the tests.
    private static var rankProgram: String {
        Bundle.main.bundleURL.appendingPathComponent("mpi-test-rank").path
    }
}
