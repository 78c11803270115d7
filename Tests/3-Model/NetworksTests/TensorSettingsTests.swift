import Networks
import Tensors
import TestSupport
import Testing

/// Tensors with settings of their own: how they begin, and which of them are trained.
@Suite(.timeLimit(.minutes(10))) struct TensorSettingsTests {
    private static let image = FeatureShape.image(height: 6, width: 6, channels: 2)

    /// A convolution, a normalization and a dense layer; `change` sets their tensors.
    private func layers(
        _ change: (inout Conv2D, inout BatchNorm2D, inout Linear) -> Void = { _, _, _ in }
    ) -> [any Layer] {
        var convolution = Conv2D(outputChannels: 4, kernel: 3, padding: .same)
        var normalization = BatchNorm2D()
        var dense = Linear(outputFeatures: 3)
        change(&convolution, &normalization, &dense)
        return [convolution, normalization, ReLU(), MaxPool2D(kernel: 2), Flatten(), dense]
    }

    private func network(_ layers: [any Layer]) throws -> Network {
        try Network(layers, inputShape: Self.image, classCount: 3, maximumBatch: 4)
    }

    private static let frozen = TensorSettings(trainedEpochs: 0)

    @Test func frozenTensorsComeLastAndHaveNoGradient() throws {
        let network = try network(
            layers { convolution, normalization, dense in
                convolution.tensors.weight = Self.frozen
                normalization.tensors.bias = Self.frozen
                dense.tensors.bias.trainedEpochs = 3
            }
        )
        #expect(network.parameters.map(\.name).prefix(4) == ["0.weight", "0.bias", "1.weight", "1.bias"])
        // Trained: 4, 4, 3 × 36 and 3 floats; frozen: 72 and 4.
        #expect(network.parameters.map(\.offset) == [160, 0, 16, 240, 32, 144])
        #expect(network.trainedElementCount == 160 && network.parameterElementCount == 256)
        #expect(network.statisticRange == 160..<192)
        #expect(network.parameterCount == 4 + 4 + 108 + 3 && network.frozenParameterCount == 72 + 4)
        let all = try self.network(layers())
        #expect(all.parameterCount == 119 + 76 && all.frozenParameterCount == 0)
    }

    /// The gradients of what is trained don't depend on what isn't.
    @Test(arguments: ["0.weight", "0.bias", "1.weight", "1.bias", "5.weight", "5.bias"], [false, true])
    func gradientsAreThoseOfTheWholeNetwork(frozen name: String, fusesLayers: Bool) throws {
        let whole = try gradients(layers(), fusesLayers: fusesLayers)
        let part = try gradients(
            layers { convolution, normalization, dense in
                switch name {
                case "0.weight": convolution.tensors.weight = Self.frozen
                case "0.bias": convolution.tensors.bias = Self.frozen
                case "1.weight": normalization.tensors.weight = Self.frozen
                case "1.bias": normalization.tensors.bias = Self.frozen
                case "5.weight": dense.tensors.weight = Self.frozen
                default: dense.tensors.bias = Self.frozen
                }
            },
            fusesLayers: fusesLayers
        )
        #expect(Set(part.keys) == Set(whole.keys).subtracting([name]))
        for (tensor, values) in part {
            // Beside frozen filters, the gradient of a bias is summed in another order.
            if name == "0.weight", tensor == "0.bias" {
                expectClose(values, try #require(whole[tensor]), absolute: 1e-7)
            } else {
                #expect(values == whole[tensor], "\(tensor)")
            }
        }
    }

    private func gradients(_ layers: [any Layer], fusesLayers: Bool) throws -> [String: [Float]] {
        let network = try Network(
            layers,
            inputShape: Self.image,
            classCount: 3,
            maximumBatch: 4,
            fusesLayers: fusesLayers
        )
        let replica = Replica(of: network)
        network.initialize(replica.parameters.slice, scheme: .pytorch, seed: 4)
        replica.prepareWeights()
        let workspace = ShardWorkspace(for: network)
        let gradient = AlignedBuffer(count: network.elementCount)
        gradient.slice.fill(.nan)
        var random = RandomStream(seed: 1, purpose: .benchmark)
        let input = workspace.input(batch: 4)
        for index in 0..<input.count { input[index] = random.nextNormal() }
        workspace.labels = [0, 1, 2, 1]
        var ready: [Int] = []
        replica.train(
            SampleCoordinates(seed: 1, epoch: 0, samples: [0, 1, 2, 3]),
            loss: LossFunction(labelSmoothing: 0, gradientScale: 0.25),
            gradient: gradient.slice,
            workspace: workspace
        ) { ready.append($0) }
        #expect(ready == ready.sorted(by: >) && ready.last == 0)
        let trained = network.parameters.filter(\.isTrained)
        return Dictionary(uniqueKeysWithValues: trained.map { ($0.name, $0.values(in: gradient.slice)) })
    }

    @Test func nothingIsComputedBelowTheFirstTrainedLayer() throws {
        let network = try network(
            layers { convolution, normalization, _ in
                convolution.tensors = LayerTensors(weight: Self.frozen, bias: Self.frozen)
                normalization.tensors = LayerTensors(weight: Self.frozen, bias: Self.frozen)
            }
        )
        let whole = try self.network(layers())
        #expect(network.trainingFLOPs < whole.trainingFLOPs)
        // Dense: forward and the weight gradient; the others: forward.
        let dense = 2 * 36 * 3 + 3
        let others = network.layerSummaries.reduce(0) { $0 + $1.forwardFLOPs } - dense
        #expect(network.trainingFLOPs == 2 * dense + others)
    }

    @Test func aNetworkWithEverythingFrozenIsRefused() {
        var dense = Linear(outputFeatures: 3)
        dense.tensors = LayerTensors(weight: Self.frozen, bias: Self.frozen)
        #expect(throws: LayerError.self) { try network([Flatten(), dense]) }
    }

    // MARK: How tensors begin

    private func values(_ layers: [any Layer], _ shape: FeatureShape) throws -> [[Float]] {
        let network = try Network(
            layers + [GlobalAveragePool(), Linear(outputFeatures: 2)],
            inputShape: shape,
            classCount: 2,
            maximumBatch: 1
        )
        let buffer = AlignedBuffer(count: network.parameterElementCount)
        network.initialize(buffer.slice, scheme: .pytorch, seed: 9)
        return network.parameters.map { $0.values(in: buffer.slice) }
    }

    /// 2 channels and 3 filters in each of 2 groups: of each group the first two pass their channels.
    @Test func diracFiltersPassTheirChannels() throws {
        var layer = Conv2D(outputChannels: 6, kernel: Extent(rows: 3, columns: 2), groups: 2)
        let drawn = try values([layer], .image(height: 4, width: 4, channels: 4))[0]
        layer.tensors.weight.initialization = .dirac
        let found = try values([layer], .image(height: 4, width: 4, channels: 4))[0]
        // Row 3 / 2 and column 2 / 2 of 3×2 taps is tap 3.
        let first: [Float] = [0, 0, 0, 1, 0, 0] + [0, 0, 0, 0, 0, 0]
        let second: [Float] = [0, 0, 0, 0, 0, 0] + [0, 0, 0, 1, 0, 0]
        #expect(Array(found[..<24]) == first + second)
        #expect(Array(found[24..<36]) == Array(drawn[24..<36]))
        #expect(Array(found[36..<60]) == first + second)
        #expect(Array(found[60...]) == Array(drawn[60...]))
    }

    @Test(arguments: [(5, 3), (40, 3), (40, 2)])
    func orthogonalMatricesHaveOrthogonalRowsOrColumns(outputs: Int, channels: Int) throws {
        var layer = Conv2D(outputChannels: outputs, kernel: 3)
        layer.tensors.weight.initialization = .orthogonal
        let values = try values([layer], .image(height: 4, width: 4, channels: channels))[0].map { Double($0) }
        let columns = 9 * channels
        let rowCount = min(outputs, columns)
        func vector(_ index: Int) -> [Double] {
            outputs <= columns
                ? Array(values[index * columns..<(index + 1) * columns])
                : (0..<outputs).map { values[$0 * columns + index] }
        }
        for first in 0..<rowCount {
            for second in 0...first {
                let product = zip(vector(first), vector(second)).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(product - (first == second ? 1 : 0)) < 1e-5, "\(first), \(second)")
            }
        }
        // Signs are drawn: LAPACK's own would all be alike for a matrix of one column.
        #expect(values.contains { $0 < 0 } && values.contains { $0 > 0 })
    }

    @Test func zerosAreForScalesAndWeights() throws {
        var (convolution, normalization) = (Conv2D(outputChannels: 2, kernel: 1), BatchNorm2D())
        convolution.tensors.weight.initialization = .zeros
        normalization.tensors.weight.initialization = .zeros
        let values = try values([convolution, normalization], Self.image)
        #expect(values[0] == [0, 0, 0, 0] && values[1].allSatisfy { $0 != 0 })
        #expect(values[2] == [0, 0] && values[3] == [0, 0])
    }

    // MARK: Whitening

    private func whitened(
        _ filters: Int,
        kernel: Extent,
        _ shape: FeatureShape,
        images: [Float],
        parts: Int = 1
    ) throws -> [Float] {
        var layer = Conv2D(outputChannels: filters, kernel: kernel)
        layer.tensors.weight.initialization = .whitening
        let network = try Network(
            [layer, GlobalAveragePool(), Linear(outputFeatures: 2)],
            inputShape: shape,
            classCount: 2,
            maximumBatch: 1
        )
        let parameters = AlignedBuffer(count: network.parameterElementCount)
        network.initialize(parameters.slice, scheme: .pytorch, seed: 9) { visit in
            for part in 0..<parts {
                let size = images.count / parts
                let buffer = AlignedBuffer(count: size)
                buffer.slice.copy(from: Array(images[part * size..<(part + 1) * size]))
                withExtendedLifetime(buffer) { visit(buffer.slice) }
            }
        }
        return network.parameters[0].values(in: parameters.slice)
    }

    /// By hand: the second moment of (2, 1), (-2, 1), (2, -1) and (-2, -1) is diag(4, 1).
    @Test func whiteningFiltersDivideByTheDeviations() throws {
        let images: [Float] = [2, 1, -2, 1, 2, -1, -2, -1]
        let (first, second) = (1 / Float(4.0005).squareRoot(), 1 / Float(1.0005).squareRoot())
        let found = try whitened(4, kernel: 1, .image(height: 1, width: 2, channels: 2), images: images)
        expectClose(found, [first, 0, 0, second, -first, 0, 0, -second])
        // With two filters, those of the largest variance.
        let two = try whitened(2, kernel: 1, .image(height: 1, width: 2, channels: 2), images: images)
        expectClose(two, [first, 0, -first, 0])
    }

    @Test(arguments: [1, 2, 6]) func whiteningEqualsPyTorchs(parts: Int) throws {
        let fixture = try GoldenFixture.load("whitening")
        let found = try whitened(
            24,
            kernel: 2,
            .image(height: 7, width: 5, channels: 3),
            images: fixture["images"].channelsLast,
            parts: parts
        )
        expectClose(found, fixture["filters"].values, absolute: 2e-5, relative: 2e-4)
    }
}
