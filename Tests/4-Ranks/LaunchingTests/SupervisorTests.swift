import Collectives
import Launching
import Testing

/// The supervisor alone, without a process or a clock.
@Suite struct SupervisorTests {
    /// A plan, and the supervisor that follows it after `begin`.
    private func begun(
        restarts: Int = 3,
        minimumRanks: Int = 1,
        hosts: [Host] = [],
        arguments: [String] = []
    ) throws -> (supervisor: Supervisor, first: [Supervisor.Action]) {
        var supervisor = Supervisor(
            plan: try LaunchPlan(
                rankCount: 4,
                minimumRankCount: minimumRanks,
                maximumRestarts: restarts,
                hosts: hosts,
                arguments: ["--config", "cnn.yaml"] + arguments
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

    private func trained(step: UInt64) -> RankStatus {
        var status = RankStatus()
        status.step = step
        status.phase = .computing
        return status
    }

    @Test func theFirstStartHasAllRanksAndGoesOnFromACheckpoint() throws {
        let (_, actions) = try begun()
        let attempt = try #require(starts(actions).first)
        #expect(attempt.rankCount == 4)
        #expect(attempt.arguments == ["--config", "cnn.yaml", "--resume", "auto"])
    }

    @Test(arguments: [0, 64, 65, 75] as [Int32])
    func anEndThatAnotherStartWouldOnlyRepeatIsPassedOn(code: Int32) throws {
        var (supervisor, _) = try begun()
        #expect(supervisor.handle(.ended(.exited(code), statuses: [:])) == [.exit(code)])
    }

    @Test(arguments: [.exited(70), .exited(74), .exited(137), .exited(1), .signalled(9)] as [ProcessEnd])
    func aFailureStartsAllRanksAgainAsOftenAsAllowed(end: ProcessEnd) throws {
        var (supervisor, _) = try begun(restarts: 2)
        for restart in 1...2 {
            let actions = supervisor.handle(.ended(end, statuses: [:]))
            #expect(starts(actions).map(\.rankCount) == [4])
            #expect(reports(actions).first?.hasSuffix("; restart \(restart) of 2") == true)
        }
        let last = supervisor.handle(.ended(end, statuses: [:]))
        #expect(reports(last).first?.hasSuffix("; giving up after 3 starts") == true)
        #expect(last.last == .exit(end.exitCode))
    }

    @Test func theRanksKnowThemselvesWhetherAnEarlierStartHasBegunAfresh() throws {
        var (supervisor, first) = try begun(arguments: ["--resume", "never"])
        let second = supervisor.handle(.ended(.signalled(9), statuses: [0: trained(step: 3)]))
        for attempt in starts(first) + starts(second) { #expect(attempt.arguments.suffix(2) == ["--resume", "never"]) }
    }

    @Test func hostsWithTooFewSlotsAreReported() throws {
        let host = Host(name: "a", slots: 3)
        var (supervisor, _) = try begun(hosts: [host])
        let actions = supervisor.handle(.probed(answering: [host]))
        #expect(reports(actions) == ["the hosts have too few slots: going on with 3 of 4 ranks"])
        #expect(starts(actions).map(\.rankCount) == [3])
    }

    @Test func aCheckpointOfUnknownOriginIsRefused() {
        #expect(throws: LaunchError.resumeFromPath("old")) { try begun(arguments: ["--resume=old"]) }
    }

    @Test func theFirstSignalAsksAndTheSecondEnds() throws {
        var (supervisor, _) = try begun()
        #expect(
            supervisor.handle(.stopSignal("SIGINT")) == [.report("SIGINT: stopping after a checkpoint"), .askToStop]
        )
        #expect(supervisor.handle(.stopSignal("SIGINT")).first == .terminate)
        let actions = supervisor.handle(.ended(.exited(143), statuses: [:]))
        #expect(actions.last == .exit(75), "the checkpoint before is still there")
        #expect(starts(actions).isEmpty)
    }

    @Test func anMPIRunThatOutlivesAFailureIsEndedByForce() throws {
        var (supervisor, _) = try begun()
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
        var (supervisor, first) = try begun(hosts: [near, far])
        #expect(first == [.probe([near, far])])
        let start = try #require(starts(supervisor.handle(.probed(answering: [near, far]))).first)
        #expect(start.shares.map(\.rankCount) == [2, 2])
        #expect(supervisor.handle(.ended(.exited(74), statuses: [:])).last == .probe([near, far]))
        for _ in 1...2 {
            let actions = supervisor.handle(.probed(answering: [near]))
            #expect(actions == [.set(.probeAgain, seconds: 2)])
            #expect(supervisor.handle(.timer(.probeAgain)) == [.probe([near, far])])
        }
        let actions = supervisor.handle(.probed(answering: [near]))
        #expect(reports(actions) == ["far stays away: going on with 2 of 4 ranks"])
        #expect(starts(actions).map(\.shares) == [[near].map { HostShare(host: $0, rankCount: 2) }])
    }

    @Test func tooFewRanksEndTheRun() throws {
        let hosts = [Host(name: "near", slots: 1), Host(name: "far")]
        var (supervisor, _) = try begun(minimumRanks: 2, hosts: hosts)
        var actions: [Supervisor.Action] = []
        for _ in 1...3 { actions = supervisor.handle(.probed(answering: [hosts[0]])) }
        #expect(reports(actions) == ["without far there is room for 1 ranks, 2 needed (--min-ranks)"])
        #expect(actions.last == .exit(74))
    }

    /// What Open MPI 4.1.4 and the program write, and the line that comes of it.
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
    func aFailureIsToldInOneLine(lines: [String], code: Int32, expected: String) throws {
        var (supervisor, _) = try begun(restarts: 0)
        for line in lines { _ = supervisor.handle(.wrote(line: line)) }
        let statuses = [0: trained(step: 5), 1: trained(step: 7)]
        let actions = supervisor.handle(.ended(.exited(code), statuses: statuses))
        #expect(reports(actions) == [expected + "; giving up after 1 starts"])
    }
}
