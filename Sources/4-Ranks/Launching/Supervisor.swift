public import Collectives

/// Decides what becomes of a run: when ranks are started, started again, asked to stop, or given up.
///
/// A value that neither starts processes nor looks at clocks: it turns what happened into what is to be done.
public struct Supervisor: Sendable {
    /// What happened.
    public enum Event: Equatable, Sendable {
        /// Which of the hosts answer.
        case probed(answering: [Host])
        /// mpirun wrote a line to standard error.
        case wrote(line: String)
        /// mpirun ended; the statuses are those that ranks of this machine left.
        case ended(ProcessEnd, statuses: [Int: RankStatus])
        /// Somebody wants the run to stop, and sent a signal of this name.
        case stopSignal(String)
        /// A timer went off.
        case timer(Timer)
    }

    /// What is to be done.
    public enum Action: Equatable, Sendable {
        /// Ask the hosts whether they are there.
        case probe([Host])
        /// Start mpirun.
        case start(Attempt)
        /// Have all ranks stop after a checkpoint.
        case askToStop
        /// End mpirun with its ranks.
        case terminate
        /// End mpirun by force.
        case kill
        /// Come back later.
        case set(Timer, seconds: Double)
        /// Tell the user.
        case report(String)
        /// End with this code.
        case exit(Int32)
    }

    /// Why to come back later.
    public enum Timer: Equatable, Sendable {
        /// To ask missing hosts once more.
        case probeAgain
        /// To end an mpirun that should have ended; starts are counted from 0.
        case patienceIsOver(start: Int)
    }

    /// How often hosts that stay away are asked, two seconds apart.
    static let probeCount = 3
    /// How long mpirun may take to end the ranks once one has failed, in seconds.
    static let patience = 10.0
    /// Exit codes of `train` after which another start would do nothing or the same: done, bad usage, bad data,
    /// interrupted.
    private static let finalCodes: Set<Int32> = [0, 64, 65, interrupted]
    private static let interrupted: Int32 = 75
    private static let hostsMissing: Int32 = 74

    private let plan: LaunchPlan
    private var startCount = 0
    private var probesDone = 0
    private var current: Attempt?
    private var isRunning = false
    private var isToStop = false
    private var clues = FailureClues()

    /// - Parameter plan: What is to be started.
    public init(plan: LaunchPlan) {
        self.plan = plan
    }

    /// What is to be done first.
    ///
    /// - Returns: The actions, in order.
    public mutating func begin() -> [Action] {
        probesDone = 0
        return plan.hosts.isEmpty ? start(on: []) : [.probe(plan.hosts)]
    }

    /// Takes in what happened.
    ///
    /// - Parameter event: What happened.
    /// - Returns: What is to be done, in order.
    public mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .probed(let answering): probed(answering)
        case .wrote(let line): wrote(line)
        case .ended(let end, let statuses): ended(end, statuses)
        case .stopSignal(let name): stopSignalled(name)
        case .timer(.probeAgain): isRunning || isToStop ? [] : [.probe(plan.hosts)]
        case .timer(.patienceIsOver(let start)): isRunning && start == startCount ? [.kill] : []
        }
    }

    private mutating func probed(_ answering: [Host]) -> [Action] {
        if isToStop { return [.exit(Self.interrupted)] }
        let missing = plan.hosts.filter { !answering.contains($0) }.map(\.name).joined(separator: ", ")
        probesDone += 1
        guard missing.isEmpty || probesDone >= Self.probeCount else { return [.set(.probeAgain, seconds: 2)] }
        let count = answering.shares(ofRanks: plan.rankCount).reduce(0) { $0 + $1.rankCount }
        guard count >= max(plan.minimumRankCount, 1) else {
            let reason = missing.isEmpty ? "the hosts have slots" : "without \(missing) there is room"
            return [
                .report("\(reason) for \(count) ranks, \(plan.minimumRankCount) needed (--min-ranks)"),
                .exit(Self.hostsMissing),
            ]
        }
        let shortage = missing.isEmpty ? "the hosts have too few slots" : "\(missing) stays away"
        let report = Action.report("\(shortage): going on with \(count) of \(plan.rankCount) ranks")
        return (missing.isEmpty && count == plan.rankCount ? [] : [report]) + start(on: answering)
    }

    private mutating func start(on hosts: [Host]) -> [Action] {
        let shares = hosts.shares(ofRanks: plan.rankCount)
        let attempt = Attempt(
            rankCount: hosts.isEmpty ? plan.rankCount : shares.reduce(0) { $0 + $1.rankCount },
            shares: shares,
            arguments: plan.arguments + ["--resume", plan.resume]
        )
        clues = FailureClues()
        current = attempt
        isRunning = true
        startCount += 1
        return [.start(attempt)]
    }

    private mutating func wrote(_ line: String) -> [Action] {
        let knewNothing = clues.isEmpty
        clues.take(line)
        guard isRunning, knewNothing, !clues.isEmpty else { return [] }
        return [.set(.patienceIsOver(start: startCount), seconds: Self.patience)]
    }

    private mutating func stopSignalled(_ name: String) -> [Action] {
        let isFirst = !isToStop
        isToStop = true
        guard isRunning else { return [.exit(Self.interrupted)] }
        guard !isFirst else { return [.report("\(name): stopping after a checkpoint"), .askToStop] }
        return [.terminate, .set(.patienceIsOver(start: startCount), seconds: 3)]
    }

    private mutating func ended(_ end: ProcessEnd, _ statuses: [Int: RankStatus]) -> [Action] {
        isRunning = false
        if case .exited(let code) = end {
            if Self.finalCodes.contains(code) { return [.exit(code)] }
        }
        let failure = FailureLine(clues: clues, end: end, statuses: statuses, shares: current?.shares ?? []).text
        // A run that was to stop is resumable all the same, from the checkpoint before.
        if isToStop { return [.report(failure), .exit(Self.interrupted)] }
        guard startCount <= plan.maximumRestarts else {
            return [.report("\(failure); giving up after \(startCount) starts"), .exit(end.exitCode)]
        }
        let report = Action.report("\(failure); restart \(startCount) of \(plan.maximumRestarts)")
        return [report] + begin()
    }
}
