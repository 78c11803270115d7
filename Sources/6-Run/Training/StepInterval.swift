import Metrics

/// What was seen of the steps since the last one that was logged.
struct StepInterval {
    private(set) var totals = TrainingProgress.EpochTotals()
    private(set) var throughput = ThroughputMeter()
    private(set) var rankSeconds = RankSeconds()

    /// Takes in a step, and how long it took in seconds.
    mutating func add(_ result: StepResult, seconds: Double) {
        totals.add(
            lossSum: result.meanLoss * Double(result.imageCount),
            correctCount: result.correctCount,
            imageCount: result.imageCount
        )
        throughput.add(images: result.imageCount, seconds: seconds)
        rankSeconds.add(result.secondsByRank)
    }
}
