import Networks
import Tensors
import Testing

@Suite(.timeLimit(.minutes(10))) struct DropoutTests {
    private static let shape = FeatureShape.image(height: 5, width: 7, channels: 3)

    /// The mask: the layer's output for ones.
    private func mask(
        _ layers: [any Layer] = [Dropout(probability: 0.3)],
        seed: UInt64 = 1,
        epoch: Int = 0,
        samples: [Int32] = [7, 8]
    ) throws -> [Float] {
        let run = try LayerRun(layers, on: Self.shape, maximumBatch: 4)
        let ones = [Float](repeating: 1, count: samples.count * Self.shape.count)
        return run.output(of: ones, samples: SampleCoordinates(seed: seed, epoch: epoch, samples: samples[...]))
    }

    @Test func theMaskDependsOnSeedEpochSampleAndLayer() throws {
        let reference = try mask()
        #expect(try mask() == reference)
        #expect(try mask(seed: 2) != reference)
        #expect(try mask(epoch: 1) != reference)
        #expect(try mask(samples: [9, 10]) != reference)
        #expect(try mask([Flatten(), Dropout(probability: 0.3)]) != reference)
    }

    @Test func theMaskDoesNotDependOnTheRestOfTheBatch() throws {
        let count = Self.shape.count
        let reference = try mask()
        #expect(reference.prefix(count) != reference.suffix(count))
        let others = try mask(samples: [8, 3, 7])
        #expect(others.prefix(count) == reference.suffix(count))
        #expect(others.suffix(count) == reference.prefix(count))
    }

    /// The fraction kept is within four standard deviations, √(p(1 - p)/n), of 1 - p: fails for one of 16,000 seeds.
    @Test(arguments: [0.1, 0.5, 0.9])
    func theMeanIsPreserved(probability: Double) throws {
        let run = try LayerRun([Dropout(probability: Float(probability))], on: Self.shape, maximumBatch: 100)
        let count = 100 * Self.shape.count
        let ones = [Float](repeating: 1, count: count)
        let output = run.output(of: ones, samples: trainingSamples(100))
        let scale = 1 / (1 - Float(probability))
        #expect(output.allSatisfy { $0 == 0 || $0 == scale })
        let kept = Double(output.count { $0 != 0 }) / Double(count)
        let deviation = (probability * (1 - probability) / Double(count)).squareRoot()
        #expect(abs(kept - (1 - probability)) < 4 * deviation)
    }

    @Test func backwardUsesTheMaskOfForward() throws {
        let run = try LayerRun([Dropout()], on: Self.shape, maximumBatch: 2)
        let ones = [Float](repeating: 1, count: 2 * Self.shape.count)
        let result = run.outputAndGradients(of: ones) { _ in ones }
        #expect(result.gradients.input == result.output)
    }

    @Test func evaluationDropsNothing() throws {
        let run = try LayerRun([Dropout()], on: Self.shape, maximumBatch: 2)
        let input = randomValues(2 * Self.shape.count, index: 1)
        #expect(run.output(of: input, samples: nil) == input)
    }
}
