import Sweeps
import Testing

@Suite struct HalvingPlanTests {
    private func rungs(_ trials: Int, _ maximum: Int, grace: Int = 1, factor: Int = 4) -> [[Int]] {
        HalvingPlan(trialCount: trials, maximumEpochs: maximum, graceEpochs: grace, reductionFactor: factor)
            .rungs.map { [$0.trialCount, $0.epochs] }
    }

    /// By hand: a quarter goes on to four times the epochs.
    @Test func aQuarterGoesOnToFourTimesTheEpochs() {
        #expect(rungs(64, 64) == [[64, 1], [16, 4], [4, 16], [1, 64]])
        #expect(rungs(9, 27, grace: 3, factor: 3) == [[9, 3], [3, 9], [1, 27]])
    }

    @Test func theLastRungIsTheMaximumAndTheBestTrialReachesIt() {
        #expect(rungs(16, 100) == [[16, 1], [4, 4], [1, 16], [1, 64], [1, 100]])
        #expect(rungs(3, 1) == [[3, 1]])
    }
}
