import Foundation

/// One run of ranks on this machine, without a supervisor.
public enum RankCommand {
    /// Starts ranks and waits for their end; nothing of them is left then.
    ///
    /// - Parameters:
    ///   - rankCount: How many.
    ///   - program: The path of this program.
    ///   - arguments: Its arguments.
    /// - Returns: How mpirun ended.
    /// - Throws: `LaunchError`.
    public static func run(rankCount: Int, program: String, arguments: [String]) throws(LaunchError) -> ProcessEnd {
        let environment = ProcessInfo.processInfo.environment
        let session = try LaunchSession(environment: environment)
        defer {
            session.clear()
            session.remove(on: [])
        }
        LaunchSession.adoptOrphans()
        let command = MPIRunCommand(
            Attempt(rankCount: rankCount, shares: [], arguments: arguments),
            program: program,
            sessionFolder: session.folder,
            coreCount: ProcessInfo.processInfo.activeProcessorCount,
            inherited: environment
        )
        return try ChildProcess(command.arguments, environment: command.environment, standardError: .inherited).wait()
    }
}
