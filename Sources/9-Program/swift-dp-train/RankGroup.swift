import Collectives
import Console
import Foundation
import Launching

/// The ranks of this program: those that mpirun started, or this process alone.
enum RankGroup {
    /// Runs `body` on all ranks together.
    ///
    /// - Parameter body: The work of each rank; an error on one rank ends all of them.
    /// - Returns: The result of `body`.
    /// - Throws: What `body` throws, and `CollectiveError`.
    static func run<Value>(_ body: (any Communicator) throws -> Value) throws -> Value {
        guard MPICommunicator.isLaunchedByMPI else {
            requireNoOtherTasks()
            return try body(SoloCommunicator())
        }
        let communicator = try MPICommunicator.world()
        Failure.communicator = communicator
        if communicator.worldSize == 1 { requireNoOtherTasks() }
        if let folder = ProcessInfo.processInfo.environment[LaunchSession.variable] {
            communicator.keepStatus(in: folder)
            if communicator.rank == 0 { endWithLauncher() }
        }
        let value = try body(communicator)
        try communicator.finalize()
        Failure.communicator = nil
        return value
    }

    /// Ends the program if it is one of several tasks of a Slurm step that don't know of each other: each would train
    /// the whole run.
    private static func requireNoOtherTasks() {
        let variable = "SLURM_STEP_NUM_TASKS"
        let environment = ProcessInfo.processInfo.environment
        guard let tasks = environment[variable].flatMap({ Int($0) }), tasks > 1 else { return }
        // Only the first task prints the message.
        guard environment["SLURM_PROCID", default: "0"] == "0" else { exit(Failure.Code.usage.rawValue) }
        Failure.end(
            "this Slurm step has \(tasks) tasks, but they are no ranks of one run: add --mpi=pmix to srun, or start "
                + "the run with 'swift-dp-train launch'; where each task is a run of its own, unset \(variable)",
            code: .usage
        )
    }

    /// Ends this rank, and thereby all others, when the launcher has gone: it holds the other end of standard input.
    private static func endWithLauncher() {
        Thread.detachNewThread {
            LineReader.readLines(from: STDIN_FILENO) { _ in }
            _exit(Failure.Code.inputOutput.rawValue)
        }
    }
}
