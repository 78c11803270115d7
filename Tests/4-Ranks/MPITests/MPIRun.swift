import Foundation

/// One run of `mpi-test-rank` under mpirun.
struct MPIRun {
    /// What all ranks printed, in lines.
    let lines: [String]
    /// What mpirun exited with.
    let exitCode: Int32
    /// How long it took.
    let seconds: Double

    /// Starts the ranks and waits until the last has ended; mpirun ends them after a minute.
    ///
    /// - Parameters:
    ///   - ranks: How many.
    ///   - arguments: The scenario and its arguments.
    ///   - shell: Shell commands that come before mpirun, in its process and in mounts of its own.
    /// - Throws: When mpirun cannot be started.
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

    /// Built beside the tests.
    private static var rankProgram: String {
        Bundle.main.bundleURL.appendingPathComponent("mpi-test-rank").path
    }
}
