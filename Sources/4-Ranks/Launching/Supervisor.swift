package import Collectives
package import Processes

/// Decides when ranks are started, restarted, asked to stop, or given up.
///
/// It is a value that neither starts processes nor reads clocks: it maps events to actions.
package struct Supervisor: Sendable {
    /// What has happened.
    package enum Event: Equatable, Sendable {
        /// The hosts that answer, and the complaints about the others by name.
        case probed(answering: [Host], complaints: [String: String] = [:])
        /// mpirun wrote a line to standard error.
        case wrote(line: String)
        /// mpirun ended; with the statuses of this machine's ranks.
        case ended(ProcessEnd, statuses: [Int: RankStatus])
        /// A signal with this name asked to stop.
        case stopSignal(String)
        /// A timer fired.
        case timer(Timer)
    }

    /// What to do.
    package enum Action: Equatable, Sendable {
        /// Check which hosts answer.
        case probe([Host])
        /// Start mpirun.
        case start(Attempt)
        /// Ask all ranks to stop after a checkpoint.
        case askToStop
        /// Kill mpirun and all ranks.
        case kill
        /// Set a timer.
        case set(Timer, seconds: Double)
        /// Print a message.
        case report(String)
        /// End with this code.
        case exit(Int32)
    }

    /// What a timer is for.
    package enum Timer: Equatable, Sendable {
        /// Check missing hosts once more.
        case probeAgain
        /// Start all ranks again; starts are counted from 0.
        case startAgain(start: Int)
        /// Count signals again: signals right after the first one come from the same cause, for example a batch system
        /// that signals both the launcher and its shell, which passes the signal on.
        case signalsCount
        /// Ask the ranks once more, each time after twice the pause: mpirun passes no signal on to ranks that it is still
        /// starting. Starts are counted from 0, the pause is in seconds.
        case askAgain(start: Int, pause: Double)
        /// Kill an mpirun that should have ended; starts are counted from 0.
        case patienceIsOver(start: Int)
    }

    /// How often missing hosts are checked, two seconds apart.
    static let probeCount = 3
    /// How long mpirun may take to end the ranks after one has failed, in seconds.
    static let patience = 10.0
    /// How long signals after the first are ignored, in seconds.
    static let deafSeconds = 0.5
    /// How long ranks may take to stop before they are asked again, in seconds.
    static let stopSeconds = 2.0
    /// How long to wait before each restart, in seconds: the cause of repeated failures may need time to go away.
    private static let pauses = [0.0, 5, 20, 60]
    /// Exit codes of `train` after which a restart would do nothing or the same again: done, bad usage, bad data,
    /// interrupted.
    private static let finalCodes: Set<Int32> = [0, 64, 65, interrupted]
    private static let interrupted: Int32 = 75
    private static let hostsMissing: Int32 = 74

    private let plan: LaunchPlan
    private var startCount = 0
    /// Failures since the last start that continued from a later step than the one before it.
    private var failureCount = 0
    private var newestFirstStep: UInt64 = 0
    private var probesDone = 0
    private var current: Attempt?
    private var isRunning = false
    private var isToStop = false
    private var isDeafToSignals = false
    private var clues = FailureClues()

    /// - Parameter plan: What to start, and how often.
    package init(plan: LaunchPlan) {
        self.plan = plan
    }

    /// The first actions.
    ///
    /// - Returns: The actions, in order.
    package mutating func begin() -> [Action] {
        probesDone = 0
        return plan.hosts.isEmpty ? start(on: []) : [.probe(plan.hosts)]
    }

    /// Handles an event.
    ///
    /// - Parameter event: The event.
    /// - Returns: The actions, in order.
    package mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .probed(let answering, let complaints): probed(answering, complaints)
        case .wrote(let line): wrote(line)
        case .ended(let end, let statuses): ended(end, statuses)
        case .stopSignal(let name): stopSignalled(name)
        case .timer(.signalsCount): hearSignals()
        case .timer(.askAgain(let start, let pause)):
            isRunning && start == startCount ? askToStop(pause: 2 * pause) : []
        case .timer(.probeAgain): isRunning || isToStop ? [] : [.probe(plan.hosts)]
        case .timer(.startAgain(let start)): isRunning || isToStop || start != startCount ? [] : begin()
        case .timer(.patienceIsOver(let start)): isRunning && start == startCount ? [.kill] : []
        }
    }

    private mutating func probed(_ answering: [Host], _ complaints: [String: String]) -> [Action] {
        if isToStop { return [.exit(Self.interrupted)] }
        let absent = plan.hosts.filter { !answering.contains($0) }.map(\.name)
        let missing = absent.map { name in name + (complaints[name].map { " (\($0))" } ?? "") }.joined(separator: ", ")
        probesDone += 1
        guard missing.isEmpty || probesDone >= Self.probeCount else { return [.set(.probeAgain, seconds: 2)] }
        let count = answering.shares(ofRanks: plan.rankCount).reduce(0) { $0 + $1.rankCount }
        guard count >= max(plan.minimumRankCount, 1) else {
            let reason = missing.isEmpty ? "the hosts have slots" : "without \(missing) there is room"
            let ranks = count == 1 ? "1 rank" : "\(count) ranks"
            return [
                .report("\(reason) for \(ranks), \(plan.minimumRankCount) needed (--min-ranks)"),
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
            arguments: plan.arguments
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
        if isDeafToSignals { return [] }
        let isFirst = !isToStop
        isToStop = true
        guard isRunning else { return [.exit(Self.interrupted)] }
        // Signals within milliseconds of each other crash mpirun, so it is asked once and then killed.
        guard isFirst else { return [.kill] }
        isDeafToSignals = true
        let isRace = name == "SIGTERM" && plan.stopAdvice != nil
        return [
            .report("\(name): \(isRace ? "asking the ranks for" : "stopping after") a checkpoint"),
            .set(.signalsCount, seconds: Self.deafSeconds),
        ] + askToStop(pause: Self.stopSeconds)
    }

    private func askToStop(pause: Double) -> [Action] {
        [.askToStop, .set(.askAgain(start: startCount, pause: pause), seconds: pause)]
    }

    private mutating func hearSignals() -> [Action] {
        isDeafToSignals = false
        return []
    }

    private mutating func ended(_ end: ProcessEnd, _ statuses: [Int: RankStatus]) -> [Action] {
        isRunning = false
        if case .exited(let code) = end {
            if Self.finalCodes.contains(code) { return [.exit(code)] }
        }
        let failure = FailureLine(clues: clues, end: end, statuses: statuses, shares: current?.shares ?? []).text
        if isToStop {
            let text =
                "\(failure); it ended before its last checkpoint was confirmed, and goes on from the newest there is"
            return [.report(([text] + [plan.stopAdvice].compactMap(\.self)).joined(separator: "; "))]
                + [.exit(Self.interrupted)]
        }
        count(failureWith: statuses)
        if let obstacle = plan.obstacleToRestart { return [.report("\(failure); \(obstacle)"), .exit(end.exitCode)] }
        guard failureCount <= plan.maximumRestarts else {
            let starts = failureCount == 1 ? "1 start" : "\(failureCount) starts"
            return [.report("\(failure); giving up after \(starts) without progress"), .exit(end.exitCode)]
        }
        let pause = Self.pauses[min(failureCount, Self.pauses.count) - 1]
        let restart = "restart \(failureCount) of \(plan.maximumRestarts)"
        guard pause > 0 else { return [.report("\(failure); \(restart)")] + begin() }
        return [
            .report("\(failure); \(restart) in \(Int(pause)) s"), .set(.startAgain(start: startCount), seconds: pause),
        ]
    }

    /// Counts a failure.
    ///
    /// The count starts again at 1 if this start continued from a later step than all before: checkpoints have been
    /// written since then, so earlier failures no longer matter.
    private mutating func count(failureWith statuses: [Int: RankStatus]) {
        let firstStep = statuses.values.map(\.firstStep).max() ?? 0
        failureCount = firstStep > newestFirstStep ? 1 : failureCount + 1
        newestFirstStep = max(newestFirstStep, firstStep)
    }
}
