import ConfigurationFiles
import Sweeps
import Testing

@Suite(.timeLimit(.minutes(10))) struct SweepFileTests {
    @Test func readsItsDefaults() throws {
        let file = try SweepFile(OptionReader(yaml: "{config: cnn.yaml, parameters: {optimizer.learningRate: [1, 2]}}"))
        #expect(file.method == .grid)
        #expect(file.metric == .testAccuracy)
        #expect(file.rankCount == 1)
        #expect(file.halving == nil)
        #expect(file.parameters == [SweepParameter(key: "optimizer.learningRate", values: .list(["1", "2"]))])
    }

    @Test func trialsAreRankedByTheSamplesOfTheirEvaluation() throws {
        func file(_ more: String) throws -> SweepFile {
            let set = "set: {evaluation.on: validation, dataset.validationFraction: 0.1}"
            return try SweepFile(
                OptionReader(yaml: "{config: cnn.yaml, \(set), parameters: {training.seed: [1]}\(more)}")
            )
        }
        #expect(try file("").metric == .validationAccuracy)
        #expect(try file(", metric: validationLoss").metric.isLoss)
        let error = #expect(throws: ConfigurationError.self) { try file(", metric: testAccuracy") }
        #expect("\(error.map { "\($0)" } ?? "")".contains("evaluated on their validation samples"))
    }

    @Test func halvingHasASHAsDefaults() throws {
        let file = try SweepFile(OptionReader(yaml: "{config: c, method: successiveHalving, parameters: {a: [1]}}"))
        #expect(
            file.halving
                == HalvingPlan(trialCount: 16, maximumEpochs: 100, graceEpochs: 1, reductionFactor: 4)
        )
    }

    @Test(
        arguments: [
            ("{config: c, parameters: {}}", "at least one key"),
            ("{config: c, parameters: {a: {minimum: 1, maximum: 2}}}", "a grid needs a list"),
            ("{config: c, method: random, parameters: {a: {minimum: 0, maximum: 2, scale: logarithmic}}}", "above 0"),
            ("{config: c, methd: grid, parameters: {a: [1]}}", "did you mean 'method'"),
            ("{config: c, parameters: {a: []}}", "at least one value"),
        ]
    )
    func refusesWhatItCantSearch(yaml: String, message: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try SweepFile(OptionReader(yaml: yaml)) }
        #expect(error.description.contains(message))
    }

    /// The configuration knows which keys are integers, so the sweep's file needn't say it.
    @Test func rangesOfIntegerKeysDrawIntegers() throws {
        let yaml = """
            {config: digits-cnn, method: random, parameters: {
              training.globalBatchSize: {minimum: 16, maximum: 64}, optimizer.learningRate: {minimum: 1, maximum: 2},
              "network.layers[0].conv2d.outputChannels": {minimum: 4, maximum: 8}, optimizer.beta1: {minimum: 0, maximum: 0.5}}}
            """
        let file = try SweepFile(OptionReader(yaml: yaml)).typed()
        let areIntegers = file.parameters.map { parameter in
            if case .range(_, _, _, let isInteger) = parameter.values { isInteger } else { false }
        }
        #expect(areIntegers == [true, false, true, false])
        for setting in SweepSetting.random(file.parameters, count: 20, seed: 1) {
            #expect(Int(setting.values[0].value) != nil && Int(setting.values[2].value) != nil, "\(setting)")
        }
    }

    @Test func anUnknownKeyIsFoundBeforeTheSweepStarts() {
        #expect(throws: ConfigurationError.self) { try Sweep(path: "no such sweep") }
    }
}
