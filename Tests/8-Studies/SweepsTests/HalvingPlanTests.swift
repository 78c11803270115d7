import Sweeps
import Testing

@Suite(.timeLimit(.minutes(10))) struct HalvingPlanTests {
    private func rungs(_ trials: Int, _ maximum: Int, grace: Int = 1, factor: Int = 4) -> [[Int]] {
        HalvingPlan(trialCount: trials, maximumEpochs: maximum, graceEpochs: grace, reductionFactor: factor)
            .rungs.map { [$0.trialCount, $0.epochs] }
    }

    /// By hand: a quarter of the trials continues to four times the epochs.
    @Test func aQuarterOfTheTrialsGetsFourTimesTheEpochs() {
        #expect(rungs(64, 64) == [[64, 1], [16, 4], [4, 16], [1, 64]])
        #expect(rungs(9, 27, grace: 3, factor: 3) == [[9, 3], [3, 9], [1, 27]])
    }

    /// By hand: a quarter of 7 is 1, a third of 11 is 3.
    @Test func trialCountsAreRoundedDown() {
        #expect(rungs(7, 16) == [[7, 1], [1, 4], [1, 16]])
        #expect(rungs(11, 4, factor: 3) == [[11, 1], [3, 3], [1, 4]])
    }

    @Test func theLastRungIsTheMaximumAndTheBestTrialReachesIt() {
        #expect(rungs(16, 100) == [[16, 1], [4, 4], [1, 16], [1, 64], [1, 100]])
        #expect(rungs(3, 1) == [[3, 1]])
    }
}
