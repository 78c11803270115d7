package import Metrics

extension RunSummary {
    /// The summary of a run, with plain values for what a test doesn't look at.
    package static func sample(
        configName: String = "digits-mlp",
        seed: Int = 0,
        parameters: Int = 1,
        epochs: Int = 1,
        steps: Int = 1,
        testLoss: Double? = nil,
        testAccuracy: Double? = nil,
        wallSeconds: Double = 1,
        imagesPerSecond: Double = 1,
        checkpointWaitSeconds: Double = 0,
        worldSize: Int = 1,
        weightsSha256: String? = nil,
        completed: Bool = true
    ) -> RunSummary {
        RunSummary(
            configName: configName,
            seed: seed,
            parameters: parameters,
            epochs: epochs,
            steps: steps,
            testLoss: testLoss,
            testAccuracy: testAccuracy,
            wallSeconds: wallSeconds,
            imagesPerSecond: imagesPerSecond,
            checkpointWaitSeconds: checkpointWaitSeconds,
            worldSize: worldSize,
            threadsPerRank: 1,
            weightsSha256: weightsSha256,
            libraries: [:],
            completed: completed
        )
    }
}

extension EpochRecord {
    /// The record of an epoch of one step, with plain values for what a test doesn't look at.
    package static func sample(
        epoch: Int,
        trainLoss: Double = 1,
        trainAccuracy: Double = 0.5,
        testLoss: Double? = nil,
        testAccuracy: Double? = nil,
        learningRate: Double = 0.1
    ) -> EpochRecord {
        EpochRecord(
            step: epoch,
            epoch: epoch,
            trainLoss: trainLoss,
            trainAccuracy: trainAccuracy,
            testLoss: testLoss,
            testAccuracy: testAccuracy,
            learningRate: learningRate,
            imagesPerSecond: 1,
            elapsedSeconds: 1,
            wallTime: 0,
            rankStepSeconds: StepTimeSummary(secondsByRank: [1])
        )
    }
}
