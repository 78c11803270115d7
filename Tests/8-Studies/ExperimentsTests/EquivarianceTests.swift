import Datasets
import Experiments
import Networks
import Tensors
import Testing

@Suite(.timeLimit(.minutes(10))) struct EquivarianceTests {
    /// The errors of an untrained network's layers, for digits shifted by `shift` columns.
    private func errors(_ layers: [any Layer], shift: Int) throws -> [Double?] {
        try Equivariance.measure(
            replica(layers),
            on: DigitsDataset.load(),
            imageCount: 40,
            shiftPixels: shift
        ).map(\.error)
    }

    /// An untrained network for the digits.
    private func replica(_ layers: [any Layer]) throws -> Replica {
        let network = try Network(
            layers,
            inputShape: .image(height: 8, width: 8, channels: 1),
            classCount: 10,
            maximumBatch: Equivariance.batchSize,
            fusesLayers: false
        )
        let replica = Replica(of: network)
        network.initialize(replica.parameters.slice, scheme: .pytorch, seed: 2)
        return replica
    }

    private let cnn: [any Layer] = [
        Conv2D(outputChannels: 4, kernel: 3), ReLU(), MaxPool2D(kernel: 2), Flatten(), Linear(outputFeatures: 10),
    ]

    /// Padding isn't background: outputs that depend on it, or on pixels that the shift moved in, are not compared.
    @Test(arguments: [1, 2], [Conv2D.Padding.valid, .same])
    func convolutionsMoveWithTheImage(shift: Int, padding: Conv2D.Padding) throws {
        let convolution = Conv2D(outputChannels: 4, kernel: 3, padding: padding)
        let errors = try errors([convolution] + cnn.dropFirst(), shift: shift)
        #expect(try #require(errors[0]) < 1e-5)
        #expect(try #require(errors[1]) < 1e-5)
    }

    @Test func poolingMovesByWholeStridesOnly() throws {
        #expect(try #require(errors(cnn, shift: 2)[2]) < 1e-5)
        #expect(try #require(errors(cnn, shift: 1)[2]) > 0.05)
    }

    @Test func aDenseLayerDoesNotMove() throws {
        #expect(try #require(errors(cnn, shift: 2)[4]) > 0.05)
        let mlp = try errors([Flatten(), Linear(outputFeatures: 10)], shift: 1)
        #expect(mlp[0] == 0)
        #expect(try #require(mlp[1]) > 0.05)
    }

    /// ‖f(shift(x)) − f(x)‖ / ‖f(x)‖ over all images together.
    @Test func theErrorIsARatioOfNorms() throws {
        let replica = try replica([Flatten(), Linear(outputFeatures: 10)])
        replica.prepareWeights()
        let dataset = DigitsDataset.load()
        let workspace = ShardWorkspace(for: replica.network)
        let outputs = try [0, 1].map { shift in
            let loader = try BatchLoader(dataset: dataset, shift: PixelShift(rows: 0, columns: shift))
            workspace.labels.withUnsafeMutableBufferPointer {
                loader.load([0, 1, 2], from: dataset.test, epoch: nil, into: workspace.input(batch: 3), labels: $0)
            }
            return replica.logits(batch: 3, workspace: workspace).array.map(Double.init)
        }
        let difference = zip(outputs[0], outputs[1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let expected = (difference / outputs[0].reduce(0) { $0 + $1 * $1 }).squareRoot()
        let results = try Equivariance.measure(replica, on: dataset, imageCount: 3, shiftPixels: 1)
        #expect(abs(try #require(results[1].error) - expected) < 1e-6)
        #expect(abs(expected - 1) > 0.05)
    }

    /// A 7×7 window on 8 columns, shifted by 2, depends on a border wherever it is.
    @Test func outputsThatDependOnTheBorderAreNotMeasured() throws {
        let layers: [any Layer] = [Conv2D(outputChannels: 2, kernel: 7), Flatten(), Linear(outputFeatures: 10)]
        #expect(try errors(layers, shift: 2)[0] == nil)
    }
}
