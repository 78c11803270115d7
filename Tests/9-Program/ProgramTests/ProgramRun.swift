import Foundation

/// A run of `swift-dp-train`, which has ended when this is created.
struct ProgramRun {
    /// The standard output of all ranks.
    let output: String
    /// The standard error of all ranks and mpirun.
    let errors: String
    /// The exit code of the program or mpirun; 124 or 137 if it had to be ended.
    let exitCode: Int32
    /// The duration.
    let seconds: Double

    /// The program's own messages, without those of the parser and mpirun.
    var messages: [String] {
        errors.split(separator: "\n").filter { $0.hasPrefix("swift-dp-train: ") }.map(String.init)
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - ranks: The number of ranks under mpirun; nil for a single process.
    ///   - arguments: The program's arguments.
    ///   - shell: Shell commands that run before the program, in the process of each rank.
    ///   - timeLimitSeconds: When to end all processes.
    ///   - meanwhile: Called while the program runs.
    /// - Throws: An error if the program can't be started, and what `meanwhile` throws.
    init(
        ranks: Int? = nil,
        _ arguments: [String],
        shell: String? = nil,
        timeLimitSeconds: Int = 30,
        meanwhile: () throws -> Void = {}
    ) throws {
        // Files instead of pipes: a remaining process would keep a pipe open.
        let output = try TemporaryFile()
        let errors = try TemporaryFile()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // `timeout` leads a process group of its own, which it ends.
        process.arguments =
            ["timeout", "--kill-after=5", "\(timeLimitSeconds)"] + Self.launcher(ranks: ranks)
            + (shell.map { ["/bin/sh", "-c", $0 + "; exec \"$0\" \"$@\""] } ?? []) + [Self.program] + arguments
        process.environment = Self.environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output.handle
        process.standardError = errors.handle
        let start = ContinuousClock.now
        try process.run()
        defer { if process.isRunning { process.terminate() } }
        try meanwhile()
        process.waitUntilExit()
        seconds = (ContinuousClock.now - start) / .seconds(1)
        exitCode = process.terminationStatus
        self.output = try output.text()
        self.errors = try errors.text()
    }

    private static func launcher(ranks: Int?) -> [String] {
        guard let ranks else { return [] }
        return [
            "mpirun", "-n", "\(ranks)", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1",
        ]
    }

    /// It is built into the same folder as the tests.
    static var program: String { Bundle.main.bundleURL.appendingPathComponent("swift-dp-train").path }

    private static var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        for name in ["SWIFT_DP_THREADS", "SWIFT_DP_DATA"] { environment[name] = nil }
        environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
        environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
        return environment
    }
}

/// A file that is removed with its last reference.
private final class TemporaryFile {
    let handle: FileHandle
    private let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws {
        try Data().write(to: url)
        handle = try FileHandle(forUpdating: url)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func text() throws -> String { String(decoding: try Data(contentsOf: url), as: UTF8.self) }
}
