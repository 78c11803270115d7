import Metrics

extension StepRecord {
    /// A record with a different value in each field.
    static func sample(step: Int, trainLoss: Double = 1.25) -> StepRecord {
        StepRecord(
            step: step,
            epoch: 1,
            trainLoss: trainLoss,
            trainAccuracy: 0.1,
            learningRate: 0.001,
            imagesPerSecond: 1903.5,
            elapsedSeconds: 12,
            wallTime: 1_700_000_000.25,
            rankStepSeconds: StepTimeSummary(secondsByRank: [0.5, 0.75])
        )
    }
}

extension EpochRecord {
    /// A record with a different value in each field.
    static func sample(step: Int, epoch: Int, testLoss: Double?, testAccuracy: Double?) -> EpochRecord {
        EpochRecord(
            step: step,
            epoch: epoch,
            trainLoss: 1.5,
            trainAccuracy: 0.1,
            testLoss: testLoss,
            testAccuracy: testAccuracy,
            learningRate: 0.001,
            imagesPerSecond: 1903.5,
            elapsedSeconds: 62,
            wallTime: 1_700_000_060.5,
            rankStepSeconds: StepTimeSummary(secondsByRank: [0.5, 0.75])
        )
    }
}
