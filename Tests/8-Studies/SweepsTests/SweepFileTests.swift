import Configuration
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

    @Test func anUnknownKeyEndsTheSweepBeforeItStarts() {
        #expect(throws: ConfigurationError.self) { try Sweep(path: "no such sweep") }
    }
}
