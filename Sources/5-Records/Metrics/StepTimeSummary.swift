/// The duration of one step on the ranks, and the slowest rank.
package struct StepTimeSummary: Codable, Equatable, Sendable {
    /// The fastest rank's time, in seconds.
    package var min: Double
    /// The mean over ranks, in seconds.
    package var mean: Double
    /// The slowest rank's time, in seconds.
    package var max: Double
    /// The slowest rank; of several the one with the lowest number.
    package var slowestRank: Int

    /// Summarizes the step times of all ranks.
    ///
    /// - Parameter secondsByRank: Each rank's time for the step, in seconds; at least one rank.
    package init(secondsByRank: [Double]) {
        precondition(!secondsByRank.isEmpty, "StepTimeSummary: no rank found, at least one needed")
        min = secondsByRank[0]
        max = secondsByRank[0]
        slowestRank = 0
        for (rank, seconds) in secondsByRank.enumerated() {
            min = Swift.min(min, seconds)
            if seconds > max { (max, slowestRank) = (seconds, rank) }
        }
        mean = secondsByRank.reduce(0, +) / Double(secondsByRank.count)
    }
}
