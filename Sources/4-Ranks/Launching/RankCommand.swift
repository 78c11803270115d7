import Foundation
package import Processes
import Synchronization

/// A run of ranks on this machine, without a supervisor.
package enum RankCommand {
    /// Starts ranks and waits until they and their children have ended.
    ///
    /// - Parameters:
    ///   - rankCount: The number of ranks.
    ///   - program: The path of this program.
    ///   - arguments: Its arguments.
    /// - Returns: How mpirun ended.
    /// - Throws: `LaunchError.interrupted` after a signal that asks to stop, which ends the ranks;
    ///   `LaunchError.session`, `ProcessError`.
    package static func run(rankCount: Int, program: String, arguments: [String]) throws -> ProcessEnd {
        let environment = ProcessInfo.processInfo.environment
        let session = try LaunchSession(environment: environment)
        defer {
            session.clear()
            session.remove()
        }
        Descendants.adoptOrphans()
        let command = MPIRunCommand(
            Attempt(rankCount: rankCount, shares: [], arguments: arguments),
            program: program,
            sessionFolder: session.folder,
            coreCount: ProcessorCores.count,
            inherited: environment
        )
        let child = try ChildProcess(command.arguments, environment: command.environment, standardError: .inherited)
        StopSignals.listen { _ in
            isInterrupted.store(true, ordering: .relaxed)
            child.send(SIGKILL)
        }
        let end = child.wait()
        if isInterrupted.load(ordering: .relaxed) { throw LaunchError.interrupted }
        return end
    }
}

private let isInterrupted = Atomic<Bool>(false)
