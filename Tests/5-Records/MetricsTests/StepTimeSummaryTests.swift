import Metrics
import Testing

@Suite(.timeLimit(.minutes(10))) struct StepTimeSummaryTests {
    @Test func namesTheSlowestRank() {
        let summary = StepTimeSummary(secondsByRank: [0.5, 0.25, 1, 0.25])
        #expect(summary.min == 0.25)
        #expect(summary.mean == 0.5)
        #expect(summary.max == 1)
        #expect(summary.slowestRank == 2)
    }

    @Test func namesTheLowestRankOnATie() {
        #expect(StepTimeSummary(secondsByRank: [1, 2, 2]).slowestRank == 1)
    }
}
