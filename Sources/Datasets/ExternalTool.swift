import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// A program that is run for us and that everyone has.
package struct ExternalTool: Sendable {
    package static let curl = ExternalTool(name: "curl")
    package static let tar = ExternalTool(name: "tar")

    /// What is looked up in the PATH.
    package let name: String

    package init(name: String) {
        self.name = name
    }

    /// How a run ended, and what it wrote to its standard output.
    struct Result {
        let exitCode: Int32
        let output: [UInt8]
    }

    /// Runs the program to its end; its messages go to our standard error.
    ///
    /// - Parameters:
    ///   - arguments: Without the program's name.
    ///   - lock: Becomes the program's standard input, so that a program that outlives us keeps the lock.
    /// - Returns: The exit code, 128 + the signal's number after a signal, and the output.
    /// - Throws: `DatasetError.toolUnavailable` when it doesn't start.
    func run(_ arguments: [String], holding lock: FileLock) async throws(DatasetError) -> Result {
        do {
            let result = try await Subprocess.run(
                .name(name),
                arguments: Arguments(arguments),
                environment: .inherit.updating(["LC_ALL": "C"]),
                input: .fileDescriptor(lock.descriptor, closeAfterSpawningProcess: false),
                output: .bytes(limit: 1 << 20),
                error: .currentStandardError
            )
            let exitCode: Int32 =
                switch result.terminationStatus {
                case .exited(let code): Int32(code)
                case .signaled(let signal): 128 + Int32(signal)
                }
            return Result(exitCode: exitCode, output: result.standardOutput)
        } catch {
            throw .toolUnavailable(name: name, reason: "\(error)")
        }
    }
}
