/// The mean time that each rank took to compute a step's gradients.
struct RankSeconds {
    private var sums: [Double] = []
    private var stepCount = 0

    /// Adds a step's times in seconds, by rank; zeros mean that there was no previous step.
    mutating func add(_ secondsByRank: [Double]) {
        if sums.isEmpty { sums = secondsByRank.map { _ in 0 } }
        guard secondsByRank.contains(where: { $0 > 0 }) else { return }
        for (rank, seconds) in secondsByRank.enumerated() { sums[rank] += seconds }
        stepCount += 1
    }

    /// The means in seconds, by rank; zeros before the first step.
    var means: [Double] { sums.map { $0 / Double(max(stepCount, 1)) } }
}
