import Metrics
import Testing
import Tracing
import Training

@Suite(.timeLimit(.minutes(10))) struct TimeSharesTests {
    /// By hand: in step 1 rank 0 waits 3 s, of which rank 1 computes 2 s longer than itself; in step 2 it waits 1 s
    /// while rank 1 computes 5 s longer, since rank 0 began later; the last step's times are not known.
    @Test func waitingIsForASlowerRankAsFarAsThatOneComputesLonger() {
        var waiting = WaitingForSlowerRanks()
        waiting.add(waitSeconds: 3, previousSecondsByRank: [0, 0])
        waiting.add(waitSeconds: 1, previousSecondsByRank: [4, 6])
        #expect(waiting.seconds == 2)
        waiting.add(waitSeconds: 7, previousSecondsByRank: [1, 6])
        #expect(waiting.seconds == 3)
    }

    @Test func sharesOfAllPhasesAddUpToOne() {
        let origin = ContinuousClock.now
        let times = PhaseTimes(in: .starting, at: origin)
        // The phase number p, from 0, lasts p + 1 seconds.
        var end = origin
        for phase in Phase.allCases {
            times.enter(phase, at: end)
            end += .seconds(Int(phase.rawValue) + 1)
        }
        times.enter(.starting, at: end)
        let shares = TimeShares(times, waitingForSlowerRanksSeconds: 4)
        let seconds = { (phase: Phase) in Double(phase.rawValue) + 1 }
        // All but the start, and what is measured in traces alone.
        let counted = Phase.allCases.filter { ![.starting, .forward, .loss, .backward].contains($0) }
        let total = counted.reduce(0) { $0 + seconds($1) }
        #expect(abs(shares.data - seconds(.data) / total) < 1e-12)
        #expect(abs(shares.waitingForSlowerRanks - 4 / total) < 1e-12)
        let communication = seconds(.reducing) + seconds(.waitingForRanks) - 4
        #expect(abs(shares.exposedCommunication - communication / total) < 1e-12)
        let sum =
            shares.compute + shares.data + shares.exposedCommunication + shares.waitingForSlowerRanks
            + shares.evaluation + shares.checkpoints + shares.other
        #expect(abs(sum - 1) < 1e-12)
    }
}
