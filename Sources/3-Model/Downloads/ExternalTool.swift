package import Datasets
package import Processes
package import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// A program that is available on every system.
package struct ExternalTool: Sendable {
    package static let curl = ExternalTool(name: "curl")
    package static let tar = ExternalTool(name: "tar")

    /// The name, which is looked up in PATH.
    package let name: String

    package init(name: String) {
        self.name = name
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - arguments: The arguments, without the program's name.
    ///   - lock: Becomes the program's standard input, so that the program keeps the lock if it outlives this process.
    ///   - messages: Where its standard error goes.
    /// - Returns: The exit code, or 128 + the number of the signal that ended it; at most 1 MB of output; the messages
    ///   if they were collected.
    /// - Throws: `DatasetError.toolMissing` or `toolFailed`.
    package func run<Messages: ErrorOutputProtocol>(
        _ arguments: [String],
        holding lock: FileLock,
        messages: Messages
    ) async throws(DatasetError) -> (exitCode: Int32, output: [UInt8], messages: Messages.OutputType) {
        do {
            let result = try await Subprocess.run(
                .name(name),
                arguments: Arguments(arguments),
                environment: .inherit.updating(["LC_ALL": "C"]),
                input: .fileDescriptor(lock.descriptor, closeAfterSpawningProcess: false),
                output: .bytes(limit: 1 << 20),
                error: messages
            )
            return (result.terminationStatus.exitCode, result.standardOutput, result.standardError)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw .toolMissing(name: name)
        } catch {
            throw .toolFailed(name: name, reason: "\(error)")
        }
    }
}
