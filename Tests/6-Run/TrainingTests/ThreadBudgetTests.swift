import Collectives
import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct ThreadBudgetTests {
    private func share(_ cores: [[Int]], rank: Int = 0, quota: Double? = nil) -> Int {
        ThreadBudget.share(of: NodePlacement(index: rank, allowedCores: cores), quota: quota) { $0.filter { $0 < 100 } }
    }

    @Test func coresSharedByAllRanksAreDivided() {
        let all = Array(0..<8)
        #expect(share([all]) == 8)
        #expect(share([all, all, all]) == 2)
        #expect(share(Array(repeating: all, count: 9)) == 1)
        #expect(share(Array(repeating: Array(0..<3), count: 3)) == 1, "thirds add up to a whole")
    }

    @Test func coresOfOneRankAreNotDivided() {
        #expect(share([[0, 1, 2, 3], [4, 5, 6, 7]], rank: 1) == 4)
        #expect(share([[0], [1, 2, 3]], rank: 0) == 1)
        #expect(share([[0, 1], [0, 1, 2, 3]], rank: 1) == 3)
    }

    @Test func hyperthreadsAreNotCounted() {
        #expect(share([[0, 1, 100, 101]]) == 2)
    }

    @Test func theQuotaOfTheControlGroupLimitsThreads() {
        #expect(share([Array(0..<8)], quota: 1.5) == 2)
        #expect(share([Array(0..<8), Array(0..<8)], quota: 2) == 1)
        #expect(share([Array(0..<8)], quota: 0.1) == 1)
        #expect(share([Array(0..<8)], quota: 64) == 8)
    }
}
