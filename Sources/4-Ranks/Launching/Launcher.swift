import Console
import Dispatch
import Foundation

/// Does what a supervisor decides: starts mpirun, listens to signals, tells what happens.
public final class Launcher {
    private let plan: LaunchPlan
    private let program: String
    private let session: LaunchSession
    private let events: AsyncStream<Supervisor.Event>
    private let continuation: AsyncStream<Supervisor.Event>.Continuation
    private var mpirun: ChildProcess?

    /// Prepares a launch.
    ///
    /// - Parameters:
    ///   - plan: What is to be started.
    ///   - program: The path of this program, on all hosts.
    /// - Throws: `LaunchError`.
    public init(plan: LaunchPlan, program: String) throws(LaunchError) {
        self.plan = plan
        self.program = program
        session = try LaunchSession(environment: ProcessInfo.processInfo.environment)
        (events, continuation) = AsyncStream.makeStream()
    }

    /// Runs until the supervisor has decided that it is over; nothing that was started is left then.
    ///
    /// - Returns: The exit code.
    /// - Throws: `LaunchError.notStarted`.
    public func run() async throws -> Int32 {
        defer {
            session.clear()
            session.remove(on: plan.hosts)
        }
        StopSignals.listen { [continuation] name in continuation.yield(.stopSignal(name)) }
        LaunchSession.adoptOrphans()
        var supervisor = Supervisor(plan: plan)
        if let code = try perform(supervisor.begin()) { return code }
        for await event in events {
            if let code = try perform(supervisor.handle(event)) { return code }
        }
        preconditionFailure("run: the events ended, which nobody does")
    }

    private func perform(_ actions: [Supervisor.Action]) throws(LaunchError) -> Int32? {
        for action in actions {
            switch action {
            case .probe(let hosts): continuation.yield(.probed(answering: session.probe(hosts)))
            case .start(let attempt): try start(attempt)
            // mpirun passes SIGUSR2 on to the ranks; after SIGINT or SIGTERM it would kill them within a second.
            case .askToStop: mpirun?.send(SIGUSR2)
            case .terminate: mpirun?.send(SIGTERM)
            case .kill: mpirun?.send(SIGKILL)
            case .set(let timer, let seconds):
                DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [continuation] in
                    continuation.yield(.timer(timer))
                }
            case .report(let text):
                StandardStream.error.tellLine("swift-dp-train launch: \(text)")
            case .exit(let code): return code
            }
        }
        return nil
    }

    private func start(_ attempt: Attempt) throws(LaunchError) {
        let command = MPIRunCommand(
            attempt,
            program: program,
            sessionFolder: session.folder,
            coreCount: ProcessInfo.processInfo.activeProcessorCount,
            inherited: ProcessInfo.processInfo.environment
        )
        let child = try ChildProcess(
            command.arguments,
            environment: command.environment,
            standardError: .lines { [continuation] line in
                StandardStream.error.tellLine(line)
                continuation.yield(.wrote(line: line))
            }
        )
        mpirun = child
        Thread.detachNewThread { [session, continuation] in
            let end = child.wait()
            let statuses = session.statuses(rankCount: attempt.rankCount)
            session.clear()
            continuation.yield(.ended(end, statuses: statuses))
        }
    }
}
