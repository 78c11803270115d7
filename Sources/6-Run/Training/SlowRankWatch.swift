/// Finds ranks that compute longer than the others over many steps, and notices when they recover.
///
/// After every 50 steps, a rank's factor is its mean time per shard in times of the median rank's. The five longest
/// steps of each rank are left out, so that a pause now and then isn't taken for slowness.
package struct SlowRankWatch {
    /// What has changed about a rank.
    package struct Change: Equatable {
        package let rank: Int
        /// Its time per shard in times of the median rank's, over the last 50 steps.
        package let factor: Double
        /// Whether it is slow now.
        package let isSlow: Bool
        /// How much of its threads' time the rank had a processor, in times of the median rank's share.
        package let relativeProcessorShare: Double

        package init(rank: Int, factor: Double, isSlow: Bool, relativeProcessorShare: Double) {
            self.rank = rank
            self.factor = factor
            self.isSlow = isSlow
            self.relativeProcessorShare = relativeProcessorShare
        }
    }

    /// A rank is slow above this factor.
    package static let slowFactor = 1.3
    /// A slow rank has recovered below this factor.
    package static let recoveredFactor = 1.15
    /// The steps that are judged together.
    package static let stepCount = 50
    private static let ignoredStepCount = 5

    /// The ranks that are slow now.
    package private(set) var slowRanks: Set<Int> = []
    private let shardCounts: [Int]
    /// The times and the processor times of all ranks in the steps since the last judgement.
    private var steps: [(seconds: [Double], processorSeconds: [Double])] = []

    /// - Parameter shardCounts: The number of shards of each rank.
    package init(shardCounts: [Int]) {
        self.shardCounts = shardCounts
    }

    /// Adds a step.
    ///
    /// - Parameters:
    ///   - seconds: The time of each rank for its shards; zeros mean that there was no step.
    ///   - processorSeconds: The processor time of each rank for its shards.
    /// - Returns: The ranks that have become slow or have recovered with this step.
    package mutating func add(_ seconds: [Double], processorSeconds: [Double]) -> [Change] {
        guard seconds.count > 1, seconds.allSatisfy({ $0 > 0 }) else { return [] }
        steps.append((seconds, processorSeconds))
        guard steps.count == Self.stepCount else { return [] }
        defer { steps.removeAll(keepingCapacity: true) }
        let times = shardCounts.indices.map { typicalSeconds(ofRank: $0) / Double(max(shardCounts[$0], 1)) }
        let shares = shardCounts.indices.map(processorShare)
        // Of two middle values those of the better rank, so that the worse of two ranks is compared with the better.
        let middle = (times.count - 1) / 2
        let (time, share) = (times.sorted()[middle], max(shares.sorted(by: >)[middle], .leastNormalMagnitude))
        return shardCounts.indices.compactMap { rank in
            judge(rank, factor: times[rank] / time, relativeProcessorShare: shares[rank] / share)
        }
    }

    private mutating func judge(_ rank: Int, factor: Double, relativeProcessorShare: Double) -> Change? {
        let wasSlow = slowRanks.contains(rank)
        guard wasSlow ? factor < Self.recoveredFactor : factor > Self.slowFactor else { return nil }
        if wasSlow { slowRanks.remove(rank) } else { slowRanks.insert(rank) }
        return Change(rank: rank, factor: factor, isSlow: !wasSlow, relativeProcessorShare: relativeProcessorShare)
    }

    private func typicalSeconds(ofRank rank: Int) -> Double {
        let shortest = steps.map { $0.seconds[rank] }.sorted().dropLast(Self.ignoredStepCount)
        return shortest.reduce(0, +) / Double(shortest.count)
    }

    private func processorShare(ofRank rank: Int) -> Double {
        steps.reduce(0) { $0 + $1.processorSeconds[rank] } / steps.reduce(0) { $0 + $1.seconds[rank] }
    }
}
