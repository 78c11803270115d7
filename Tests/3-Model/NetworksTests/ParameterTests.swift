import Networks
import Tensors
import Testing

@Suite(.timeLimit(.minutes(10))) struct ParameterTests {
    private static func network(
        _ layers: [any Layer],
        _ height: Int = 2,
        _ width: Int = 1,
        _ channels: Int = 2
    ) throws -> Network {
        let shape = FeatureShape.image(height: height, width: width, channels: channels)
        return try Network(layers, inputShape: shape, classCount: 3, maximumBatch: 1)
    }

    @Test func filtersAreStoredAsRowColumnChannelOutput() throws {
        let network = try Self.network([Conv2D(outputChannels: 3, kernel: 2, padding: .same), GlobalAveragePool()])
        let filter = network.parameters[0]
        #expect(filter.shape == [3, 2, 2, 2])
        let buffer = AlignedBuffer(count: network.parameterElementCount)
        // The digits give the position in the file: output, channel, row, column.
        let values: [Float] = [
            0, 1, 10, 11, 100, 101, 110, 111, 1000, 1001, 1010, 1011, 1100, 1101, 1110, 1111,
            2000, 2001, 2010, 2011, 2100, 2101, 2110, 2111,
        ]
        filter.store(values, in: buffer.slice)
        #expect(
            buffer.slice[filter.range].array == [
                0, 1000, 2000, 100, 1100, 2100, 1, 1001, 2001, 101, 1101, 2101,
                10, 1010, 2010, 110, 1110, 2110, 11, 1011, 2011, 111, 1111, 2111,
            ]
        )
        #expect(filter.values(in: buffer.slice) == values)
    }

    @Test func weightsOfAFlattenedImageAreStoredAsRowColumnChannelOutput() throws {
        let network = try Self.network([Flatten(), Linear(outputFeatures: 3, hasBias: false)])
        let buffer = AlignedBuffer(count: network.parameterElementCount)
        // In the file: channel 0 row 0, channel 0 row 1, channel 1 row 0, channel 1 row 1.
        let values: [Float] = [0, 1, 10, 11, 100, 101, 110, 111, 200, 201, 210, 211]
        network.parameters[0].store(values, in: buffer.slice)
        #expect(
            buffer.slice[network.parameters[0].range].array == [0, 100, 200, 10, 110, 210, 1, 101, 201, 11, 111, 211]
        )
        #expect(network.parameters[0].values(in: buffer.slice) == values)
    }

    @Test func everyTensorStartsOnACacheLine() throws {
        let network = try Self.network([BatchNorm2D(), convolution(3), GlobalAveragePool()])
        #expect(network.parameters.map(\.name) == ["0.weight", "0.bias", "1.weight", "1.bias"])
        #expect(network.parameters.map(\.offset) == [0, 16, 32, 96])
        #expect(network.statistics.map(\.name) == ["0.running_mean", "0.running_var"])
        #expect(network.statistics.map(\.offset) == [0, 16])
        #expect(network.parameterElementCount == 112)
        #expect(network.statisticRange == 112..<144)
        #expect(network.elementCount == 160)
    }

    /// With 100 inputs and 400 outputs: ±1/√100, standard deviation √(2/100), ±√(6/500); uniform in ±b has the standard
    /// deviation b/√3.
    ///
    /// Mean and variance must be within four of their own standard deviations.
    @Test(
        arguments: [
            (.pytorch, 0.1, 0.057_735_03), (.heNormal, nil, 0.141_421_36), (.xavierUniform, 0.109_544_51, 0.063_245_55),
        ] as [(Initialization, Double?, Double)]
    )
    func weightsHaveTheirDistribution(scheme: Initialization, bound: Double?, deviation: Double) throws {
        let network = try Self.network(
            [Flatten(), Linear(outputFeatures: 400), Linear(outputFeatures: 3)],
            10,
            5,
            2
        )
        let buffer = AlignedBuffer(count: network.parameterElementCount)
        network.initialize(buffer.slice, scheme: scheme, seed: 3)
        let values = network.parameters[0].values(in: buffer.slice).map { Double($0) }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        #expect(abs(mean) < 4 * deviation / count.squareRoot())
        // The standard deviation of a variance is its √(2/n) for normal numbers, and smaller for uniform ones.
        #expect(abs(variance / (deviation * deviation) - 1) < 4 * (2 / count).squareRoot())
        let largest = values.reduce(0) { max($0, $1.magnitude) }
        if let bound { #expect(largest <= bound * 1.000_001 && largest > 0.999 * bound) }
        let biases = network.parameters[1].values(in: buffer.slice)
        #expect(biases.allSatisfy { scheme == .pytorch ? $0 != 0 && $0.magnitude <= 0.1 : $0 == 0 })
    }

    @Test func everyTensorHasItsOwnRandomStream() throws {
        func values(_ layers: [any Layer], seed: UInt64) throws -> [[Float]] {
            let network = try Self.network(layers, 4, 4, 4)
            let buffer = AlignedBuffer(count: network.parameterElementCount)
            network.initialize(buffer.slice, scheme: .pytorch, seed: seed)
            return network.parameters.map { $0.values(in: buffer.slice) }
        }
        let hidden = Linear(outputFeatures: 64)
        let layers: [any Layer] = [Flatten(), hidden, hidden, Linear(outputFeatures: 3)]
        let first = try values(layers, seed: 1)
        #expect(try values(layers, seed: 1) == first)
        #expect(try values(layers, seed: 2) != first)
        #expect(first[0] != first[2])
        // Adding a layer at the end doesn't change the first tensors.
        let longer = layers + [Linear(outputFeatures: 3)]
        #expect(try values(longer, seed: 1).prefix(6) == first[...])
    }

    @Test func normalizationStartsAsTheIdentity() throws {
        let network = try Self.network([BatchNorm2D(), convolution(3), GlobalAveragePool()])
        let replica = Replica(of: network)
        network.initialize(replica.parameters.slice, scheme: .heNormal, seed: 1)
        #expect(network.parameters[0].values(in: replica.parameters.slice) == [1, 1])
        #expect(network.parameters[1].values(in: replica.parameters.slice) == [0, 0])
        #expect(replica.runningStatistics.slice.prefix(2).array == [0, 0])
        #expect(replica.runningStatistics.slice[16..<18].array == [1, 1])
    }
}
