import Collectives
import Launching
import Processes
import Testing
import Tracing

/// The supervisor by itself, without processes and clocks.
@Suite(.timeLimit(.minutes(10))) struct SupervisorTests {
    /// A plan, and its supervisor after `begin`.
    private func begun(
        restarts: Int = 3,
        minimumRanks: Int = 1,
        hosts: [Host] = [],
        arguments: [String] = ["--config", "cnn.yaml"],
        stopAdvice: String? = nil
    ) -> (supervisor: Supervisor, first: [Supervisor.Action]) {
        var supervisor = Supervisor(
            plan: LaunchPlan(
                rankCount: 4,
                minimumRankCount: minimumRanks,
                maximumRestarts: restarts,
                hosts: hosts,
                arguments: arguments,
                resumeWords: ["auto", "never", "replace"],
                stopAdvice: stopAdvice
            )
        )
        let first = supervisor.begin()
        return (supervisor, first)
    }

    private func starts(_ actions: [Supervisor.Action]) -> [Attempt] {
        actions.compactMap { if case .start(let attempt) = $0 { attempt } else { nil } }
    }

    private func reports(_ actions: [Supervisor.Action]) -> [String] {
        actions.compactMap { if case .report(let text) = $0 { text } else { nil } }
    }

    private func trained(step: UInt64, from first: UInt64 = 0) -> RankStatus {
        var status = RankStatus()
        status.step = step
        status.firstStep = first
        status.phase = .computing
        return status
    }

    @Test func theFirstStartHasAllRanksAndTheProgramsArguments() throws {
        let (_, actions) = begun()
        let attempt = try #require(starts(actions).first)
        #expect(attempt.rankCount == 4)
        #expect(attempt.arguments == ["--config", "cnn.yaml"])
    }

    @Test(arguments: [0, 64, 65, 75] as [Int32])
    func exitCodesThatARestartWouldRepeatArePassedOn(code: Int32) throws {
        var (supervisor, _) = begun()
        #expect(supervisor.handle(.ended(.exited(code), statuses: [:])) == [.exit(code)])
    }

    @Test(arguments: [.exited(70), .exited(74), .exited(137), .exited(1), .signalled(9)] as [ProcessEnd])
    func aFailureRestartsAllRanksAsOftenAsAllowed(end: ProcessEnd) throws {
        var (supervisor, _) = begun(restarts: 2)
        let first = supervisor.handle(.ended(end, statuses: [:]))
        #expect(starts(first).map(\.rankCount) == [4])
        #expect(reports(first).first?.hasSuffix("; restart 1 of 2") == true)
        let second = supervisor.handle(.ended(end, statuses: [:]))
        #expect(reports(second).first?.hasSuffix("; restart 2 of 2 in 5 s") == true)
        #expect(starts(second).isEmpty, "what ended it twice may need time to go away")
        #expect(second.last == .set(.startAgain(start: 2), seconds: 5))
        #expect(starts(supervisor.handle(.timer(.startAgain(start: 1)))).isEmpty, "of another start")
        #expect(starts(supervisor.handle(.timer(.startAgain(start: 2)))).map(\.rankCount) == [4])
        let last = supervisor.handle(.ended(end, statuses: [:]))
        #expect(reports(last).first?.hasSuffix("; giving up after 3 starts without progress") == true)
        #expect(last.last == .exit(end.exitCode))
    }

    @Test func aStartFromALaterStepCountsAsProgress() throws {
        var (supervisor, _) = begun(restarts: 1)
        for firstStep in [0, 100, 200, 300] as [UInt64] {
            let statuses = [0: trained(step: firstStep + 150, from: firstStep)]
            let actions = supervisor.handle(.ended(.signalled(9), statuses: statuses))
            #expect(reports(actions).first?.hasSuffix("; restart 1 of 1") == true, "\(actions)")
        }
        let statuses = [0: trained(step: 999, from: 300)]
        let last = supervisor.handle(.ended(.signalled(9), statuses: statuses))
        #expect(last.last == .exit(137), "steps without a checkpoint are none")
    }

    @Test func aStopDuringThePauseEndsTheRun() {
        var (supervisor, _) = begun()
        for _ in 1...2 { _ = supervisor.handle(.ended(.signalled(9), statuses: [:])) }
        #expect(supervisor.handle(.stopSignal("SIGTERM")) == [.exit(75)])
        #expect(supervisor.handle(.timer(.startAgain(start: 2))).isEmpty)
    }

    @Test(arguments: [
        (["bench", "--config", "c"], "'bench' is no training"),
        (["--config", "c", "--resume", "old"], "--resume old would begin there again"),
        (["train", "--resume=old"], "--resume old would begin there again"),
    ])
    func aRunThatWouldNotContinueIsNotRestarted(arguments: [String], reason: String) {
        var (supervisor, _) = begun(arguments: arguments)
        let actions = supervisor.handle(.ended(.signalled(9), statuses: [:]))
        #expect(reports(actions).first?.contains(reason) == true, "\(actions)")
        #expect(actions.last == .exit(137))
    }

    @Test func aRestartPassesTheSameResumeOption() throws {
        var (supervisor, first) = begun(arguments: ["--config", "c", "--resume", "never"])
        let second = supervisor.handle(.ended(.signalled(9), statuses: [0: trained(step: 3)]))
        for attempt in starts(first) + starts(second) { #expect(attempt.arguments.suffix(2) == ["--resume", "never"]) }
    }

    @Test func hostsWithTooFewSlotsAreReported() throws {
        let host = Host(name: "a", slots: 3)
        var (supervisor, _) = begun(hosts: [host])
        let actions = supervisor.handle(.probed(answering: [host]))
        #expect(reports(actions) == ["the hosts have too few slots: going on with 3 of 4 ranks"])
        #expect(starts(actions).map(\.rankCount) == [3])
    }

    /// Two signals within milliseconds crash mpirun, so it gets only one.
    @Test func theFirstSignalAsksAndTheSecondKills() throws {
        var (supervisor, _) = begun()
        #expect(
            supervisor.handle(.stopSignal("SIGINT")) == [
                .report("SIGINT: stopping after a checkpoint"), .set(.signalsCount, seconds: 0.5), .askToStop,
                .set(.askAgain(start: 1, pause: 2), seconds: 2),
            ]
        )
        #expect(supervisor.handle(.stopSignal("SIGINT")).isEmpty, "a double of the first")
        #expect(supervisor.handle(.timer(.signalsCount)).isEmpty)
        #expect(supervisor.handle(.stopSignal("SIGINT")) == [.kill])
        let actions = supervisor.handle(.ended(.signalled(9), statuses: [:]))
        #expect(actions.last == .exit(75), "the checkpoint before is still there")
        #expect(reports(actions).first?.contains("ended before its last checkpoint was confirmed") == true)
        #expect(starts(actions).isEmpty)
    }

    /// mpirun passes no signal on to ranks that it has yet to start.
    @Test func ranksAreAskedToStopUntilTheyDo() throws {
        var (supervisor, _) = begun()
        _ = supervisor.handle(.stopSignal("SIGINT"))
        for pause in [2.0, 4] {
            let again = supervisor.handle(.timer(.askAgain(start: 1, pause: pause)))
            #expect(again == [.askToStop, .set(.askAgain(start: 1, pause: 2 * pause), seconds: 2 * pause)])
        }
        #expect(supervisor.handle(.ended(.exited(75), statuses: [:])) == [.exit(75)])
        #expect(supervisor.handle(.timer(.askAgain(start: 1, pause: 8))).isEmpty)
    }

    /// Slurm ends the ranks on other nodes before they can write anything.
    @Test func stoppingUnderSlurmPrintsAdviceInsteadOfAPromise() throws {
        var (supervisor, _) = begun(stopAdvice: "use another signal")
        let asked = supervisor.handle(.stopSignal("SIGTERM"))
        #expect(reports(asked) == ["SIGTERM: asking the ranks for a checkpoint"])
        let ended = supervisor.handle(.ended(.exited(1), statuses: [:]))
        #expect(reports(ended).first?.hasSuffix("the newest there is; use another signal") == true)
    }

    @Test func anMPIRunThatOutlivesAFailureIsKilled() throws {
        var (supervisor, _) = begun()
        let line = "MPI_ABORT was invoked on rank 2 in communicator MPI_COMM_WORLD"
        let actions = supervisor.handle(.wrote(line: line))
        guard case .set(let timer, _) = actions.first else {
            Issue.record("no timer is set: \(actions)")
            return
        }
        #expect(supervisor.handle(.wrote(line: line)).isEmpty, "one timer is enough")
        #expect(supervisor.handle(.timer(timer)) == [.kill])
        _ = supervisor.handle(.ended(.signalled(9), statuses: [:]))
        #expect(supervisor.handle(.timer(timer)).isEmpty, "it was for another start")
    }

    @Test func aHostThatStaysAwayIsLeftOut() throws {
        let (near, far) = (Host(name: "near", slots: 2), Host(name: "far", slots: 2))
        var (supervisor, first) = begun(hosts: [near, far])
        #expect(first == [.probe([near, far])])
        let start = try #require(starts(supervisor.handle(.probed(answering: [near, far]))).first)
        #expect(start.shares.map(\.rankCount) == [2, 2])
        #expect(supervisor.handle(.ended(.exited(74), statuses: [:])).last == .probe([near, far]))
        for _ in 1...2 {
            let actions = supervisor.handle(.probed(answering: [near]))
            #expect(actions == [.set(.probeAgain, seconds: 2)])
            #expect(supervisor.handle(.timer(.probeAgain)) == [.probe([near, far])])
        }
        let actions = supervisor.handle(.probed(answering: [near], complaints: ["far": "no route"]))
        #expect(reports(actions) == ["far (no route) stays away: going on with 2 of 4 ranks"])
        #expect(starts(actions).map(\.shares) == [[near].map { HostShare(host: $0, rankCount: 2) }])
    }

    @Test func tooFewRanksEndTheRun() throws {
        let hosts = [Host(name: "near", slots: 1), Host(name: "far")]
        var (supervisor, _) = begun(minimumRanks: 2, hosts: hosts)
        var actions: [Supervisor.Action] = []
        for _ in 1...3 { actions = supervisor.handle(.probed(answering: [hosts[0]])) }
        #expect(reports(actions) == ["without far there is room for 1 rank, 2 needed (--min-ranks)"])
        #expect(actions.last == .exit(74))
    }

    @Test func theMinimumNumberOfRanksIsEnough() throws {
        let hosts = [Host(name: "near", slots: 2), Host(name: "far")]
        var (supervisor, _) = begun(minimumRanks: 2, hosts: hosts)
        var actions: [Supervisor.Action] = []
        for _ in 1...3 { actions = supervisor.handle(.probed(answering: [hosts[0]])) }
        #expect(starts(actions).map(\.rankCount) == [2])
    }

    /// The rank in the first message failed first; the others are ended because of it.
    @Test(arguments: [
        ("MPI_ABORT was invoked on rank 2 in communicator", "MPI_ABORT was invoked on rank 1 in communicator"),
        ("  Process name: [[30022,1],2]", "  Process name: [[30022,1],1]"),
        ("  Process name: [[30022,1],2]", "MPI_ABORT was invoked on rank 1 in communicator"),
        ("MPI_ABORT was invoked on rank 2 in communicator", "  Process name: [[30022,1],1]"),
        ("swift-dp-train: rank 2: disk full", "swift-dp-train: rank 1: gone"),
        (
            "process rank 2 with PID 0 on node a exited on signal 9 (Killed).",
            "process rank 1 with PID 0 on node b exited on signal 6 (Aborted)."
        ),
        ("swift-dp-train: rank 2: disk full", "MPI_ABORT was invoked on rank 1 in communicator"),
        ("MPI_ABORT was invoked on rank 2 in communicator", "swift-dp-train: rank 1: gone"),
    ])
    func aLaterRanksClueDoesNotOverwriteTheFirst(first: String, later: String) throws {
        var (supervisor, _) = begun(restarts: 0)
        for line in [first, later] { _ = supervisor.handle(.wrote(line: line)) }
        let actions = supervisor.handle(.ended(.exited(74), statuses: [:]))
        #expect(reports(actions).first?.hasPrefix("rank 2 ") == true, "\(actions)")
    }

    @Test(arguments: [
        ("  Remote daemon: [[1,0],1] on node b", "  Remote daemon: [[1,0],2] on node c", "host b was lost"),
        ("  Exit code:    74", "  Exit code:    1", "mpirun exited with code 74"),
        ("swift-dp-train: rank 2: disk full", "swift-dp-train: rank 2: gone", "rank 2 exited with code 3 (disk full)"),
    ])
    func theFirstClueOfEachKindIsKept(first: String, later: String, words: String) throws {
        var (supervisor, _) = begun(restarts: 0)
        for line in [first, later] { _ = supervisor.handle(.wrote(line: line)) }
        let actions = supervisor.handle(.ended(.exited(3), statuses: [:]))
        #expect(reports(actions).first?.hasPrefix(words) == true, "\(actions)")
    }

    /// The output of Open MPI 4.1.4 and the program, and the line that results from it.
    @Test(arguments: [
        (
            ["mpirun noticed that process rank 1 with PID 0 on node vm exited on signal 9 (Killed)."], 137,
            "rank 1 on vm ended by signal 9 (Killed), in step 7, computing, last collective no collective"
        ),
        (
            ["swift-dp-train: rank 0: disk full", "  Process name: [[30022,1],0]", "  Exit code:    74"], 74,
            "rank 0 exited with code 74, in step 5, computing, last collective no collective (disk full)"
        ),
        (
            ["swift-dp-train: rank 0: rank 0: barrier #2 not complete after 2 s: no answer from rank 1 on b"], 74,
            "rank 1 on b stopped answering, in step 5, computing, last collective no collective "
                + "(rank 0: barrier #2 not complete after 2 s: no answer from rank 1 on b)"
        ),
        (
            ["  HNP daemon   : [[1,0],0] on node a", "  Remote daemon: [[1,0],1] on node b"], 1,
            "host b was lost, in step 7, computing, last collective no collective"
        ),
    ])
    func aFailureIsReportedInOneLine(lines: [String], code: Int32, expected: String) throws {
        var (supervisor, _) = begun(restarts: 0)
        for line in lines { _ = supervisor.handle(.wrote(line: line)) }
        let statuses = [0: trained(step: 5), 1: trained(step: 7)]
        let actions = supervisor.handle(.ended(.exited(code), statuses: statuses))
        #expect(reports(actions) == [expected + "; giving up after 1 start without progress"])
    }
}
