/// How long one step took on the ranks, and which rank held the others up.
public struct StepTimeSummary: Codable, Equatable, Sendable {
    /// The fastest rank's time, in seconds.
    public var min: Double
    /// The mean over ranks, in seconds.
    public var mean: Double
    /// The slowest rank's time, in seconds.
    public var max: Double
    /// The rank that took longest; the lowest of them on a tie.
    public var slowestRank: Int

    /// Sums up the step times of all ranks.
    ///
    /// - Parameter secondsByRank: Each rank's time for the step, in seconds; at least one.
    public init(secondsByRank: [Double]) {
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
