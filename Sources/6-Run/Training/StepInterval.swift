import Metrics

/// Totals since the last logged step.
struct StepInterval {
    private(set) var totals = TrainingProgress.EpochTotals()
    private(set) var throughput = ThroughputMeter()
    private(set) var rankSeconds = RankSeconds()

    /// Adds a step.
    mutating func add(_ result: StepResult) {
        totals.add(
            lossSum: result.meanLoss * Double(result.imageCount),
            correctCount: result.correctCount,
            imageCount: result.imageCount
        )
        throughput.add(images: result.imageCount, seconds: result.seconds)
        rankSeconds.add(result.secondsByRank)
    }
}
