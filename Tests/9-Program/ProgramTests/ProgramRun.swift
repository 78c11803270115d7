import Foundation

/// One run of `swift-dp-train`, which is over when this is made.
struct ProgramRun {
    /// What all ranks wrote to standard output.
    let output: String
    /// What all ranks, and mpirun, wrote to standard error.
    let errors: String
    /// The program's exit code, or mpirun's; 124 or 137 when it had to be ended.
    let exitCode: Int32
    /// How long it took.
    let seconds: Double

    /// The program's own messages, without what the parser and mpirun say.
    var messages: [String] {
        errors.split(separator: "\n").filter { $0.hasPrefix("swift-dp-train: ") }.map(String.init)
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - ranks: How many under mpirun; nil for a process of its own.
    ///   - arguments: The program's arguments.
    ///   - shell: Shell commands that come before the program, in the process of each rank.
    ///   - timeLimitSeconds: When all processes are ended.
    ///   - meanwhile: What to do while the program runs.
    /// - Throws: When the program can't be started, and what `meanwhile` throws.
    init(
        ranks: Int? = nil,
        _ arguments: [String],
        shell: String? = nil,
        timeLimitSeconds: Int = 30,
        meanwhile: () throws -> Void = {}
    ) throws {
        // To files rather than pipes: a process that was left behind would hold a pipe open.
        let output = try TemporaryFile()
        let errors = try TemporaryFile()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // `timeout` leads a process group of its own, and ends that.
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

    /// Built beside the tests.
    static var program: String { Bundle.main.bundleURL.appendingPathComponent("swift-dp-train").path }

    private static var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        for name in ["SWIFT_DP_THREADS", "SWIFT_DP_DATA"] { environment[name] = nil }
        environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
        environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
        return environment
    }
}

/// A file that is gone when nobody holds it any more.
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
