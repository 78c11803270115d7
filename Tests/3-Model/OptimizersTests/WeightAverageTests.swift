import ConfigurationFiles
import Optimizers
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct WeightAverageTests {
    /// The rule of a section `averaging`.
    private func rule(_ yaml: String) throws -> AveragingOptions.Rule {
        let text = "network: {layers: [relu]}\naveraging: {\(yaml)}"
        return try #require(try Configuration(yaml: text, file: "t.yaml").averaging.rule)
    }

    /// Moves weights twelve times; gives the weights and their average after each time.
    private func run(_ rule: AveragingOptions.Rule, _ fixture: GoldenFixture) -> [(weights: [Float], average: [Float])]
    {
        let (weights, statistics) = (AlignedBuffer(count: 7), AlignedBuffer(count: 7))
        weights.slice.copy(from: fixture["initial"].values)
        statistics.slice.copy(from: fixture["initial"].values)
        let average = WeightAverage(rule, of: weights.slice, statistics.slice)
        return (1...12).map { step in
            for index in 0..<7 {
                weights.slice[index] += fixture["moves"].values[(step - 1) * 7 + index]
                statistics.slice[index] += fixture["moves"].values[(step - 1) * 7 + index]
            }
            average.update(with: weights.slice, statistics.slice, afterStep: step, of: 12)
            // Running statistics are averaged as weights are.
            #expect(statistics.slice.array == weights.slice.array)
            #expect(average.runningStatistics.slice.array == average.parameters.slice.array)
            return (weights.slice.array, average.parameters.slice.array)
        }
    }

    @Test func theMovingAverageEqualsPyTorchs() throws {
        let fixture = try GoldenFixture.load("averaging-ema")
        let steps = run(try rule("name: ema, decay: 0.9"), fixture)
        expectClose(steps.flatMap(\.average), fixture["averages"].values, absolute: 1e-6, relative: 1e-6)
        #expect(steps[11].weights != steps[11].average, "training goes on from the weights")
    }

    /// airbench's Lookahead: after the twelfth step, its last, the average of the tenth is taken.
    @Test func lookaheadEqualsThatOfTheRecipe() throws {
        let fixture = try GoldenFixture.load("averaging-lookahead")
        let steps = run(try rule("name: lookahead, decay: 0.7737809375, rampPower: 3"), fixture)
        expectClose(steps.flatMap(\.weights), fixture["fast"].values, absolute: 1e-6, relative: 1e-6)
        expectClose(steps[11].average, fixture["last"].values, absolute: 1e-6, relative: 1e-6)
        #expect(steps[9].weights == steps[9].average && steps[11].weights != steps[11].average)
    }

    /// Zhang and others' Lookahead, by hand: every fifth step the slow weights go half way.
    @Test func theDefaultsAreThePapers() throws {
        let (slow, ema) = (try rule("name: lookahead"), try rule("name: ema"))
        #expect((slow.everySteps, slow.decay, slow.rampPower, slow.isTrainedOn) == (5, 0.5, 0, true))
        #expect((ema.everySteps, ema.decay, ema.rampPower, ema.isTrainedOn) == (1, 0.999, 0, false))
        let (weights, none) = (AlignedBuffer(count: 1), AlignedBuffer(count: 0))
        let average = WeightAverage(slow, of: weights.slice, none.slice)
        weights.slice[0] = 8
        for step in 1...4 { average.update(with: weights.slice, none.slice, afterStep: step, of: 100) }
        #expect(average.parameters.slice[0] == 0 && weights.slice[0] == 8)
        average.update(with: weights.slice, none.slice, afterStep: 5, of: 100)
        #expect(average.parameters.slice[0] == 4 && weights.slice[0] == 4)
    }

    @Test func exchangingTwiceChangesNothing() throws {
        let (weights, statistics) = (AlignedBuffer(count: 2), AlignedBuffer(count: 1))
        let average = WeightAverage(try rule("name: ema"), of: weights.slice, statistics.slice)
        weights.slice.copy(from: [1, 2])
        statistics.slice[0] = 3
        average.exchange(with: weights.slice, statistics.slice)
        #expect(weights.slice.array == [0, 0] && average.parameters.slice.array == [1, 2])
        #expect(statistics.slice[0] == 0 && average.runningStatistics.slice[0] == 3)
        average.exchange(with: weights.slice, statistics.slice)
        #expect(weights.slice.array == [1, 2] && average.parameters.slice.array == [0, 0])
        #expect(statistics.slice[0] == 3)
    }
}
