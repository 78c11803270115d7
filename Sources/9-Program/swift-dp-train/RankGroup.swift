import Collectives
import Console
import Foundation
import Launching

/// The ranks of this program: those that mpirun started, or this process alone.
enum RankGroup {
    /// Runs `body` on all ranks together.
    ///
    /// - Parameter body: What to do; its errors end all ranks.
    /// - Returns: What `body` gave.
    /// - Throws: What `body` throws, and `CollectiveError`.
    static func run<Value>(_ body: (any Communicator) throws -> Value) throws -> Value {
        guard MPICommunicator.isLaunchedByMPI else { return try body(SoloCommunicator()) }
        let communicator = try MPICommunicator.world()
        Failure.communicator = communicator
        if let folder = ProcessInfo.processInfo.environment[LaunchSession.variable] {
            communicator.keepStatus(in: folder)
            if communicator.rank == 0 { endWithLauncher() }
        }
        let value = try body(communicator)
        try communicator.finalize()
        Failure.communicator = nil
        return value
    }

    /// Ends this rank, and by that all, when the launcher is gone: it holds the other end of standard input.
    private static func endWithLauncher() {
        Thread.detachNewThread {
            LineReader.readLines(from: STDIN_FILENO) { _ in }
            _exit(Failure.Code.inputOutput.rawValue)
        }
    }
}
