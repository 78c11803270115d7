import Assembly
import ConfigurationFiles
import Datasets
import Networks
import Optimizers
import Testing

@Suite(.timeLimit(.minutes(5))) struct AssemblyTests {
    private func configuration(_ overrides: String...) throws -> Configuration {
        try Configuration(
            yaml: "network: {layers: [flatten, {linear: {outputFeatures: 10}}]}",
            file: "small.yaml",
            overrides: overrides
        )
    }

    @Test func theNetworkTakesTheDataSetsImagesAndClasses() throws {
        let network = try configuration().makeNetwork(maximumBatch: 1)
        #expect(network.parameterCount == 8 * 8 * 10 + 10)
    }

    @Test func theDataSetIsLimitedAsConfigured() throws {
        #expect(try configuration("dataset.limit=70").dataset.load().training.count == 70)
    }

    @Test func theScheduleCountsTheEpochsInSteps() throws {
        let options = try configuration("schedule.name=step", "schedule.stepEpochs=2", "schedule.decayFactor=0.5")
        let schedule = LearningRateSchedule(options.schedule, stepsPerEpoch: 3, totalSteps: 12)
        #expect((0..<12).map { schedule.factor(atStep: $0) } == (0..<12).map { $0 < 6 ? 1 : 0.5 })
    }

    @Test func aWarmUpThatNeverEndsIsNoted() throws {
        #expect(try configuration("training.epochs=2", "schedule.warmupEpochs=2").warmupNotice == nil)
        #expect(try configuration("training.epochs=2", "schedule.warmupEpochs=3").warmupNotice != nil)
    }
}
