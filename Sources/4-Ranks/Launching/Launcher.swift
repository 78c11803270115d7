import Console
import Dispatch
import Foundation
import Processes

/// Carries out a supervisor's decisions: starts mpirun, receives signals, prints reports.
package final class Launcher {
    private let plan: LaunchPlan
    private let program: String
    private let session: LaunchSession
    private let events: AsyncStream<Supervisor.Event>
    private let continuation: AsyncStream<Supervisor.Event>.Continuation
    private var mpirun: ChildProcess?
    /// The hosts on which the session's folder was created.
    private var reached: [Host] = []

    /// Prepares a launch.
    ///
    /// - Parameters:
    ///   - plan: What to start, and how often.
    ///   - program: The path of this program, on all hosts.
    /// - Throws: `LaunchError`.
    package init(plan: LaunchPlan, program: String) throws(LaunchError) {
        self.plan = plan
        self.program = program
        session = try LaunchSession(program: program, environment: ProcessInfo.processInfo.environment)
        (events, continuation) = AsyncStream.makeStream()
    }

    /// Runs until the supervisor decides to end; by then all started processes have ended.
    ///
    /// - Returns: The exit code.
    /// - Throws: `ProcessError`, `LaunchError.session`.
    package func run() async throws -> Int32 {
        defer {
            session.clear()
            session.remove(on: reached)
        }
        StopSignals.listen { [continuation] name in continuation.yield(.stopSignal(name)) }
        Descendants.adoptOrphans()
        var supervisor = Supervisor(plan: plan)
        if let code = try perform(supervisor.begin()) { return code }
        for await event in events {
            if case .probed(let answering, _) = event { reached += answering.filter { !reached.contains($0) } }
            if let code = try perform(supervisor.handle(event)) { return code }
        }
        preconditionFailure("run: the events ended, which nobody does")
    }

    private func perform(_ actions: [Supervisor.Action]) throws -> Int32? {
        for action in actions {
            switch action {
            case .probe(let hosts): probe(hosts)
            case .start(let attempt): try start(attempt)
            // mpirun passes SIGUSR2 on to the ranks; after SIGINT or SIGTERM it would kill them within a second.
            case .askToStop: mpirun?.send(SIGUSR2)
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

    /// Runs on a separate thread, so that signals are handled while hosts are checked.
    private func probe(_ hosts: [Host]) {
        Thread.detachNewThread { [session, continuation] in
            let (answering, complaints) = session.probe(hosts)
            continuation.yield(.probed(answering: answering, complaints: complaints))
        }
    }

    private func start(_ attempt: Attempt) throws {
        try session.writeHosts(attempt.shares)
        let command = MPIRunCommand(
            attempt,
            program: program,
            sessionFolder: session.folder,
            coreCount: ProcessorCores.count,
            allocation: BatchAllocation(environment: ProcessInfo.processInfo.environment),
            inherited: ProcessInfo.processInfo.environment
        )
        let chatter = MPIRunChatter()
        let child = try ChildProcess(
            command.arguments,
            environment: command.environment,
            standardError: .lines { [continuation, chatter] line in
                for shown in chatter.take(line) { StandardStream.error.tellLine(shown) }
                continuation.yield(.wrote(line: line))
            }
        )
        mpirun = child
        Thread.detachNewThread { [session, continuation, chatter] in
            let end = child.wait()
            for shown in chatter.finish() { StandardStream.error.tellLine(shown) }
            let statuses = session.statuses(rankCount: attempt.rankCount)
            session.clear()
            continuation.yield(.ended(end, statuses: statuses))
        }
    }
}
