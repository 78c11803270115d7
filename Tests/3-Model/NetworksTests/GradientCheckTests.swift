import Networks
import Tensors
import TestSupport
import Testing

/// Every layer's gradients compared with central differences of a random projection of its output, `Σ r · y`.
///
/// Inputs are so far apart that no step crosses a kink. All layers except normalization are linear in each value
/// between kinks, so differences have no truncation error. float32 rounds outputs of magnitude 3 to 2e-7, which the
/// step of 2⁻⁶ turns into about 1e-5, times the square root of the number of outputs that a value affects.
/// Normalization adds a truncation error of the order of the squared step, 2e-4.
@Suite(.timeLimit(.minutes(10))) struct GradientCheckTests {
    private static let step: Float = 0x1p-6
    private static let tolerance = 1e-3

    struct Case: Sendable, CustomTestStringConvertible {
        let layers: [any Layer]
        let shape: FeatureShape
        let batch: Int
        var testDescription: String { "\(layers) on \(batch) of \(shape)" }
        var hasMatrix: Bool { layers.contains { $0.role == .featureMaps || $0.role == .dense } }

        init(_ layers: [any Layer], _ height: Int, _ width: Int, _ channels: Int, batch: Int = 3) {
            self.layers = layers
            shape = .image(height: height, width: width, channels: channels)
            self.batch = batch
        }
    }

    private static let cases = [
        Case([convolution(5)], 5, 7, 3),
        Case([Conv2D(outputChannels: 3, kernel: 5, padding: .valid)], 7, 9, 2),
        Case([convolution(7, stride: 2)], 7, 5, 5),
        Case([Conv2D(outputChannels: 2, kernel: 4, stride: 3, padding: .pixels(2), hasBias: false)], 6, 5, 3),
        Case([Conv2D(outputChannels: 17, kernel: 1)], 3, 3, 5),
        Case([Conv2D(outputChannels: 1, kernel: 1)], 1, 1, 1, batch: 1),
        Case([convolution(33)], 3, 5, 17, batch: 1),
        Case([Flatten(), Linear(outputFeatures: 7)], 3, 5, 3),
        Case([Flatten(), Linear(outputFeatures: 1, hasBias: false)], 1, 7, 5, batch: 1),
        Case([ReLU()], 5, 3, 7),
        Case(
            [Conv2D(outputChannels: 4, kernel: Extent(rows: 3, columns: 2), stride: Extent(rows: 1, columns: 2))],
            5,
            6,
            3
        ),
        Case([Conv2D(outputChannels: 4, kernel: 3, padding: .same, dilation: 2)], 6, 5, 3),
        Case([Conv2D(outputChannels: 6, kernel: 3, padding: .pixels(1), groups: 2)], 4, 5, 4),
        Case([Conv2D(outputChannels: 5, kernel: 3, padding: .same, groups: 5)], 4, 5, 5),
        Case([Conv2D(outputChannels: 3, kernel: 3, stride: 2, padding: .pixels(1), groups: 3)], 5, 6, 3),
        Case([Conv2D(outputChannels: 4, kernel: 5, padding: .same, paddingMode: .reflect)], 4, 5, 2),
        Case([Conv2D(outputChannels: 4, kernel: 3, padding: .pixels(2), paddingMode: .replicate)], 3, 4, 2),
        Case([Conv2D(outputChannels: 4, kernel: 3, stride: 2, padding: .same, paddingMode: .circular)], 4, 5, 2),
        Case([LocallyConnected2D(outputChannels: 3, kernel: 3, padding: .same)], 4, 5, 2),
        Case([LocallyConnected2D(outputChannels: 2, kernel: 2, stride: 2, hasBias: false)], 5, 4, 3),
        Case([ReLU(), Scale(factor: -0.5)], 3, 5, 2),
        Case([ReLU(), Scale(factor: -0.5), convolution(3)], 3, 5, 2),
        Case([Conv1D(outputChannels: 4, kernel: 5, stride: 2, padding: .same, dilation: 2)], 1, 11, 3),
        Case([Conv1D(outputChannels: 6, kernel: 3, padding: .same, paddingMode: .circular, groups: 2)], 1, 9, 4),
        Case([Conv1D(outputChannels: 5, kernel: 3, groups: 5, hasBias: false), BatchNorm1D()], 1, 9, 5),
        Case([MaxPool1D(kernel: 3, stride: 2, padding: 1)], 1, 9, 5),
        Case([AveragePool1D(kernel: 3, stride: 2, padding: 1, roundsUp: true)], 1, 8, 5),
        Case([Flatten(), Linear(outputFeatures: 7), BatchNorm1D()], 1, 3, 2, batch: 5),
        Case([LeakyReLU(negativeSlope: 0.2)], 5, 3, 7),
        Case([ELU(alpha: 0.7)], 5, 3, 7),
        Case([Sigmoid()], 5, 3, 7),
        Case([Tanh()], 5, 3, 7),
        Case([SiLU()], 5, 3, 7),
        Case([GELU()], 5, 3, 7),
        Case([GELU(approximation: .tanh)], 5, 3, 7),
        Case([convolution(3), Scale(factor: -0.25), Tanh()], 5, 3, 2),
        Case([MaxPool2D(kernel: 2)], 5, 7, 3),
        Case([MaxPool2D(kernel: 3, stride: 2)], 7, 7, 5),
        Case([MaxPool2D(kernel: 2, stride: 3)], 5, 8, 3),
        Case([AveragePool2D(kernel: 3, stride: 2)], 7, 9, 3),
        Case([AveragePool2D(kernel: 1)], 3, 5, 3),
        Case([MaxPool2D(kernel: 3, stride: 2, padding: 1)], 5, 6, 3),
        Case([MaxPool2D(kernel: Extent(rows: 1, columns: 2), roundsUp: true)], 3, 5, 3),
        Case([AveragePool2D(kernel: 3, stride: 2, padding: 1, roundsUp: true)], 6, 5, 3),
        Case([AveragePool2D(kernel: 3, stride: 2, padding: 1, countsPadding: false)], 6, 5, 3),
        Case([GlobalMaxPool()], 5, 3, 17),
        Case([BatchNorm2D(hasWeight: false)], 3, 5, 7),
        Case([LayerNorm()], 3, 2, 5),
        Case([Flatten(), LayerNorm(hasBias: false), Linear(outputFeatures: 3)], 3, 2, 5),
        Case([GroupNorm(groups: 2)], 3, 4, 6),
        Case([convolution(6), GroupNorm(groups: 1, hasWeight: false)], 3, 4, 2),
        Case([GroupNorm(groups: 17)], 2, 3, 17),
        Case([LocalResponseNorm(size: 5, alpha: 0.5)], 2, 3, 7),
        Case([LocalResponseNorm(size: 2, alpha: 0.7, beta: 0.5, k: 2)], 2, 3, 17),
        Case(
            [Concatenate(branches: [[convolution(3)], [], [ReLU(), Conv2D(outputChannels: 5, kernel: 1)]])],
            3,
            4,
            2
        ),
        Case([Concatenate(branches: [[Flatten()], [GlobalAveragePool(), Linear(outputFeatures: 3)]])], 3, 2, 5),
        Case(
            [
                Concatenate(branches: [[BatchNorm2D(), convolution(2)], [Residual(body: [convolution(3)])]]),
                convolution(2),
            ],
            4,
            3,
            3
        ),
        Case([convolution(3), BatchNorm2D(hasBias: false)], 3, 5, 2),
        Case([convolution(3), BatchNorm2D(hasWeight: false, hasBias: false)], 3, 5, 2),
        Case([GlobalAveragePool()], 5, 3, 17),
        Case([Dropout(probability: 0.3)], 3, 5, 7),
        Case([BatchNorm2D()], 3, 5, 7),
        Case([BatchNorm2D()], 1, 1, 3, batch: 7),
        Case([Residual(body: [ReLU(), convolution(3, bias: false), BatchNorm2D()])], 5, 3, 3),
        Case([Flatten(), Residual(body: [Linear(outputFeatures: 24)])], 2, 4, 3),
        Case(
            [
                Flatten(),
                Residual(body: [Linear(outputFeatures: 24)], shortcut: [Linear(outputFeatures: 24)]),
            ],
            4,
            2,
            3
        ),
        Case(
            [
                Residual(
                    body: [BatchNorm2D(), convolution(5, stride: 2)],
                    shortcut: [AveragePool2D(kernel: 2), Conv2D(outputChannels: 5, kernel: 1)]
                )
            ],
            6,
            4,
            3
        ),
    ]

    @Test(arguments: cases)
    func gradientsEqualCentralDifferences(_ test: Case) throws {
        let check = try Check(test, needsInputGradient: true)
        expectEqual(check.gradients.input, check.numericInputGradient(), "input")
        try expectEqualParameters(check)
    }

    @Test(arguments: cases.filter { $0.hasMatrix })
    func parameterGradientsNeedNoInputGradient(_ test: Case) throws {
        let check = try Check(test, needsInputGradient: false)
        #expect(check.gradients.input.isEmpty)
        try expectEqualParameters(check)
    }

    /// If all layers before the first trained layer have no parameters, its input gradient isn't needed.
    @Test(
        arguments: [ReLU(), AveragePool2D(kernel: 1), Dropout(probability: 0.3), Residual(body: [ReLU()])]
            as [any Layer]
    )
    func trainedLayersMayFollowUntrainedOnes(_ first: any Layer) throws {
        let layers: [any Layer] = [first, convolution(5, stride: 2)]
        try expectEqualParameters(Check(Case(layers, 7, 5, 9), needsInputGradient: false))
    }

    private func expectEqualParameters(_ check: Check) throws {
        for parameter in check.run.sequence.parameters {
            let found = try #require(check.gradients.parameters[parameter.name])
            expectEqual(found, check.numericGradient(of: parameter), parameter.name)
        }
    }

    private func expectEqual(_ found: [Float], _ expected: [Double], _ name: String) {
        let scale = expected.reduce(1) { max($0, $1.magnitude) }
        let worst = zip(found, expected).reduce(0) { worst, pair in
            let error = (Double(pair.0) - pair.1).magnitude / scale
            return error <= worst ? worst : error
        }
        #expect(found.count == expected.count)
        #expect(worst <= Self.tolerance, "\(name)")
    }

    /// One layer on one input, its gradients, and the differences to compare them with.
    private struct Check {
        let run: LayerRun
        let gradients: LayerRun.Gradients
        private let input: [Float]
        private let projection: [Float]

        init(_ test: Case, needsInputGradient: Bool) throws {
            run = try LayerRun(
                test.layers,
                on: test.shape,
                maximumBatch: test.batch + 1,
                needsInputGradient: needsInputGradient
            )
            run.setParameters { randomValues($0.count, index: $0.offset + 3) }
            let input = Self.spacedValues(test.batch * test.shape.count)
            let projection = randomValues(test.batch * run.sequence.outputShape.count, index: 1)
            gradients = run.outputAndGradients(of: input) { _ in projection }.gradients
            (self.input, self.projection) = (input, projection)
        }

        /// Odd multiples of 5/4 steps, shuffled: more than a step from 0, and more than two from each other.
        private static func spacedValues(_ count: Int) -> [Float] {
            var random = RandomStream(seed: 23, purpose: .initialization)
            return random.permutation(of: count).map { Float(2 * Int($0) - count / 2 * 2 + 1) * 1.25 * step }
        }

        func numericInputGradient() -> [Double] {
            var moved = input
            return input.indices.map { index in
                defer { moved[index] = input[index] }
                return difference { sign in
                    moved[index] = input[index] + sign * step
                    return projectedOutput(of: moved)
                }
            }
        }

        func numericGradient(of parameter: Parameter) -> [Double] {
            let values = parameter.values(in: run.parameterBuffer.slice)
            defer { parameter.store(values, in: run.parameterBuffer.slice) }
            return values.indices.map { index in
                difference { sign in
                    var moved = values
                    moved[index] += sign * step
                    parameter.store(moved, in: run.parameterBuffer.slice)
                    return projectedOutput(of: input)
                }
            }
        }

        private func difference(_ value: (Float) -> Double) -> Double {
            (value(1) - value(-1)) / (2 * Double(step))
        }

        private func projectedOutput(of input: [Float]) -> Double {
            let output = run.output(of: input, samples: trainingSamples(input.count / run.inputShape.count))
            return zip(output, projection).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
    }
}
