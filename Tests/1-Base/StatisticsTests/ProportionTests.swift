import Statistics
import Testing

@Suite(.timeLimit(.minutes(10))) struct ProportionTests {
    /// Worked by hand with z² = 3.8414588: 8 of 10 gives (0.8 + 0.19207) / 1.384146 ± 1.959964 √(0.016 + 0.0096036) /
    /// 1.384146.
    @Test func wilsonIntervalOfEightOfTenByHand() throws {
        let interval = try #require(Proportion(8, of: 10).interval)
        #expect(abs(interval.lowerBound - 0.490162) < 1e-5)
        #expect(abs(interval.upperBound - 0.943318) < 1e-5)
    }

    /// For none of n: from 0 to z² / (n + z²).
    @Test func intervalsOfZeroAndOneHaveAWidth() throws {
        let none = try #require(Proportion(0, of: 20).interval)
        #expect(none.lowerBound == 0)
        #expect(abs(none.upperBound - 3.841459 / 23.841459) < 1e-6)
        let all = try #require(Proportion(20, of: 20).interval)
        #expect(all.upperBound == 1)
        #expect(abs(all.lowerBound - 20 / 23.841459) < 1e-6)
    }

    @Test func withoutTrialsThereIsNoProportion() {
        #expect(Proportion(0, of: 0).share == nil)
        #expect(Proportion(0, of: 0).interval == nil)
        #expect(Proportion(3, of: 4).share == 0.75)
    }
}
