import Networks
import Tensors
import TestSupport
import Testing

/// Each layer compared with PyTorch's float64.
///
/// The bound is a few dozen float32 rounding errors: sums have some hundreds of products, and a residual block has six
/// layers.
@Suite(.timeLimit(.minutes(10))) struct GoldenLayerTests {
    private static let tolerance = 5e-6

    struct Case: Sendable, CustomTestStringConvertible {
        let fixture: String
        let layers: [any Layer]
        var testDescription: String { fixture }

        init(_ fixture: String, _ layers: [any Layer]) {
            (self.fixture, self.layers) = (fixture, layers)
        }
    }

    private static let residualBody: [any Layer] = [
        Conv2D(outputChannels: 17, kernel: 3, stride: 2, padding: .pixels(1), hasBias: false), BatchNorm2D(), ReLU(),
        Conv2D(outputChannels: 17, kernel: 3, padding: .pixels(1), hasBias: false), BatchNorm2D(),
    ]

    private static let cases = [
        Case("linear", [Linear(outputFeatures: 5)]),
        Case("conv2d-3x3-same", [Conv2D(outputChannels: 17, kernel: 3, padding: .same)]),
        Case("conv2d-3x3-same", [Conv2D(outputChannels: 17, kernel: 3, padding: .pixels(1))]),
        Case("conv2d-3x3-same-no-bias", [Conv2D(outputChannels: 3, kernel: 3, padding: .same, hasBias: false)]),
        Case("conv2d-3x3-stride2", [Conv2D(outputChannels: 17, kernel: 3, stride: 2, padding: .pixels(1))]),
        Case("conv2d-5x5-valid", [Conv2D(outputChannels: 17, kernel: 5, padding: .valid)]),
        Case("conv2d-1x1-stride2", [Conv2D(outputChannels: 3, kernel: 1, stride: 2, padding: .valid, hasBias: false)]),
        Case("maxPool2d-2-stride2", [MaxPool2D(kernel: 2)]),
        Case("maxPool2d-3-stride2", [MaxPool2D(kernel: 3, stride: 2)]),
        Case("maxPool2d-ties", [MaxPool2D(kernel: 3, stride: 2)]),
        Case("averagePool2d-2-stride2", [AveragePool2D(kernel: 2)]),
        Case("averagePool2d-3-stride2", [AveragePool2D(kernel: 3, stride: 2)]),
        Case(
            "conv2d-3x5-strided",
            [
                Conv2D(
                    outputChannels: 4,
                    kernel: Extent(rows: 3, columns: 5),
                    stride: Extent(rows: 1, columns: 2),
                    padding: .pixels(Extent(rows: 1, columns: 0))
                )
            ]
        ),
        Case("conv2d-dilated", [Conv2D(outputChannels: 5, kernel: 3, padding: .same, dilation: 2)]),
        Case("conv2d-grouped", [Conv2D(outputChannels: 6, kernel: 3, padding: .pixels(1), groups: 2)]),
        Case("conv2d-depthwise", [Conv2D(outputChannels: 17, kernel: 3, padding: .pixels(1), groups: 17)]),
        Case("conv2d-reflect", [Conv2D(outputChannels: 4, kernel: 3, padding: .pixels(2), paddingMode: .reflect)]),
        Case("conv2d-replicate", [Conv2D(outputChannels: 4, kernel: 3, padding: .pixels(2), paddingMode: .replicate)]),
        Case("conv2d-circular", [Conv2D(outputChannels: 4, kernel: 3, padding: .pixels(2), paddingMode: .circular)]),
        Case("maxPool2d-padded", [MaxPool2D(kernel: 3, stride: 2, padding: 1, roundsUp: true)]),
        Case("averagePool2d-padded", [AveragePool2D(kernel: 3, stride: 2, padding: 1, roundsUp: true)]),
        Case("averagePool2d-uncounted", [AveragePool2D(kernel: 3, stride: 2, padding: 1, countsPadding: false)]),
        Case(
            "conv1d",
            [
                Conv1D(
                    outputChannels: 6,
                    kernel: 3,
                    stride: 2,
                    padding: .pixels(Extent(rows: 0, columns: 2)),
                    dilation: 2,
                    groups: 2
                )
            ]
        ),
        Case("conv1d-circular", [Conv1D(outputChannels: 3, kernel: 5, padding: .same, paddingMode: .circular)]),
        Case("maxPool1d", [MaxPool1D(kernel: 3, stride: 2, padding: 1)]),
        Case("averagePool1d", [AveragePool1D(kernel: 3, stride: 2, padding: 1)]),
        Case("batchNorm1d", [BatchNorm1D()]),
        Case("batchNorm1d-vector", [BatchNorm1D()]),
        Case("batchNorm1d-flattened", [Flatten(), BatchNorm1D(), Linear(outputFeatures: 3)]),
        Case(
            "locallyConnected2d",
            [
                LocallyConnected2D(
                    outputChannels: 5,
                    kernel: Extent(rows: 3, columns: 2),
                    stride: Extent(rows: 2, columns: 1),
                    padding: .pixels(Extent(rows: 1, columns: 0))
                )
            ]
        ),
        Case("globalMaxPool", [GlobalMaxPool()]),
        Case("globalAveragePool", [GlobalAveragePool()]),
        Case("relu", [ReLU()]),
        Case("leakyReLU", [LeakyReLU(negativeSlope: 0.2)]),
        Case("elu", [ELU(alpha: 1.5)]),
        Case("sigmoid", [Sigmoid()]),
        Case("tanh", [Tanh()]),
        Case("silu", [SiLU()]),
        Case("gelu", [GELU()]),
        Case("gelu-tanh", [GELU(approximation: .tanh)]),
        Case("residual-flattened", [Flatten(), Residual(body: [Linear(outputFeatures: 24)])]),
        Case("layerNorm", [LayerNorm()]),
        Case("groupNorm", [GroupNorm(groups: 3)]),
        Case("localResponseNorm", [LocalResponseNorm(size: 5, alpha: 0.5)]),
        Case("localResponseNorm-even", [LocalResponseNorm(size: 4, alpha: 0.7, beta: 0.5, k: 2)]),
        Case(
            "concatenate",
            [
                Concatenate(branches: [
                    [Conv2D(outputChannels: 2, kernel: 1)], [convolution(4), ReLU()],
                    [MaxPool2D(kernel: 3, stride: 1, padding: 1)],
                    [],
                ])
            ]
        ),
        Case(
            "concatenate-flattened",
            [
                Flatten(), Concatenate(branches: [[], [Linear(outputFeatures: 5)]]), Linear(outputFeatures: 3),
            ]
        ),
        Case("batchNorm2d", [BatchNorm2D()]),
        Case(
            "residual-identity",
            [
                Residual(body: [
                    Conv2D(outputChannels: 5, kernel: 3, padding: .same, hasBias: false), BatchNorm2D(), ReLU(),
                    Conv2D(outputChannels: 5, kernel: 3, padding: .same, hasBias: false), BatchNorm2D(),
                ]), ReLU(),
            ]
        ),
        Case(
            "residual-projection",
            [
                Residual(
                    body: residualBody,
                    shortcut: [Conv2D(outputChannels: 17, kernel: 1, stride: 2, hasBias: false), BatchNorm2D()]
                ),
                ReLU(),
            ]
        ),
    ]

    @Test(arguments: cases)
    func outputAndGradientsEqualPyTorchs(_ test: Case) throws {
        let fixture = try GoldenFixture.load(test.fixture)
        let input = fixture["input"]
        let run = try LayerRun(test.layers, on: FeatureShape(file: input.shape), maximumBatch: input.shape[0])
        run.setParameters { fixture[tensorName($0.name, in: fixture)].values }
        let (output, gradients) = run.outputAndGradients(of: input.inMemoryOrder) { _ in
            fixture["output.gradient"].inMemoryOrder
        }

        func expectEqual(_ values: [Float], _ shape: FeatureShape, _ tensor: String) {
            let error = fixture.relativeError(of: channelsFirst(values, shape: shape), from: tensor)
            #expect(error <= Self.tolerance, "\(tensor)")
        }
        expectEqual(output, run.sequence.outputShape, "output")
        expectEqual(gradients.input, run.inputShape, "input.gradient")
        for parameter in run.sequence.parameters {
            let expected = fixture[tensorName(parameter.name, in: fixture) + ".gradient"]
            let found = try #require(gradients.parameters[parameter.name])
            #expect(expected.shape == parameter.shape)
            #expect(relativeDistance(found, expected.values) <= Self.tolerance, "\(parameter.name)")
        }
    }

    /// Two training batches, then evaluation, with a network whose logits are the layer's output.
    @Test func batchNormalizationKeepsPyTorchsRunningStatistics() throws {
        let fixture = try GoldenFixture.load("batchNorm2d")
        let run = try LogitRun([BatchNorm2D(), Flatten()], on: fixture["input"].shape)
        run.setParameters { fixture[tensorName($0, in: fixture)].values }
        for (step, input) in [("first", "input"), ("second", "second.input")] {
            run.train(fixture[input])
            for statistic in run.replica.network.statistics {
                let expected = fixture[step + "." + tensorName(statistic.name, in: fixture)].values
                #expect(relativeDistance(run.values(of: statistic), expected) <= Self.tolerance, "\(step)")
            }
        }
        let output = run.logits(fixture["evaluation.input"])
        #expect(relativeDistance(output, fixture["evaluation.output"].channelsLast) <= Self.tolerance)
    }

    @Test(arguments: cases.suffix(2))
    func residualBlocksKeepPyTorchsRunningStatistics(_ test: Case) throws {
        let fixture = try GoldenFixture.load(test.fixture)
        let run = try LogitRun(test.layers + [Flatten()], on: fixture["input"].shape)
        run.setParameters { fixture[$0].values }
        run.train(fixture["input"])
        #expect(run.replica.network.statistics.count == (test.fixture == "residual-identity" ? 4 : 6))
        for statistic in run.replica.network.statistics {
            let error = relativeDistance(run.values(of: statistic), fixture[statistic.name].values)
            #expect(error <= Self.tolerance, "\(statistic.name)")
        }
    }
}

/// The name of a tensor in the fixture: fixtures of a single layer omit its position.
private func tensorName(_ name: String, in fixture: GoldenFixture) -> String {
    fixture.tensors[name] == nil ? String(name.dropFirst(2)) : name
}

/// A replica whose logits are a layer's whole output.
private struct LogitRun {
    let replica: Replica
    private let workspace: ShardWorkspace
    private let batch: Int

    init(_ layers: [any Layer], on shape: [Int]) throws {
        let inputShape = FeatureShape(file: shape)
        batch = shape[0]
        let context = LayerContext(inputShape: inputShape, maximumBatch: batch)
        let outputCount = try Sequential(layers, context: context).outputShape.count
        let network = try Network(layers, inputShape: inputShape, classCount: outputCount, maximumBatch: batch)
        replica = Replica(of: network)
        workspace = ShardWorkspace(for: network)
    }

    func setParameters(_ values: (String) -> [Float]) {
        for parameter in replica.network.parameters {
            parameter.store(values(parameter.name), in: replica.parameters.slice)
        }
        replica.prepareWeights()
    }

    func train(_ input: GoldenTensor) {
        let gradient = AlignedBuffer(count: replica.network.elementCount)
        workspace.input(batch: batch).copy(from: input.channelsLast)
        let loss = LossFunction(labelSmoothing: 0, gradientScale: 1)
        replica.train(trainingSamples(batch), loss: loss, gradient: gradient.slice, workspace: workspace) { _ in }
        replica.updateRunningStatistics(from: gradient.slice, globalBatchSize: batch)
    }

    func logits(_ input: GoldenTensor) -> [Float] {
        workspace.input(batch: batch).copy(from: input.channelsLast)
        return replica.logits(batch: batch, workspace: workspace).array
    }

    func values(of statistic: RunningStatistic) -> [Float] {
        replica.runningStatistics.slice[statistic.range].array
    }
}

extension FeatureShape {
    /// A sample's shape, from that of a batch in a file: `[N, C, H, W]`, `[N, C, L]` or `[N, F]`.
    init(file shape: [Int]) {
        self =
            switch shape.count {
            case 4: .image(height: shape[2], width: shape[3], channels: shape[1])
            case 3: .image(height: 1, width: shape[2], channels: shape[1])
            default: .vector(count: shape[1], image: nil)
            }
    }
}

extension GoldenTensor {
    /// The elements as this project's memory has them.
    var inMemoryOrder: [Float] { shape.count > 2 ? channelsLast : values }
}

/// |found - expected| / |expected|, in the L2 norm.
func relativeDistance(_ found: [Float], _ expected: [Float]) -> Double {
    precondition(found.count == expected.count, "\(found.count) values found, \(expected.count) expected")
    let squares = zip(found, expected).reduce(into: (difference: 0.0, expected: 0.0)) { sums, pair in
        let difference = Double(pair.0) - Double(pair.1)
        sums.difference += difference * difference
        sums.expected += Double(pair.1) * Double(pair.1)
    }
    return (squares.difference / squares.expected).squareRoot()
}
