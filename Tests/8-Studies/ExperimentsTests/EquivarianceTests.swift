import Datasets
import Experiments
import Networks
import Tensors
import Testing

@Suite struct EquivarianceTests {
    /// Errors by layer kind of an untrained network on digits that move by `shift` columns.
    private func errors(_ layers: [any Layer], shift: Int) throws -> [Double?] {
        let network = try Network(
            layers,
            inputShape: .image(height: 8, width: 8, channels: 1),
            classCount: 10,
            maximumBatch: Equivariance.batchSize,
            fusesLayers: false
        )
        let replica = Replica(of: network)
        network.initialize(replica.parameters.slice, scheme: .pytorch, seed: 2)
        return try Equivariance.measure(
            replica,
            on: DigitsDataset.load(),
            imageCount: 40,
            shiftPixels: shift
        ).map(\.error)
    }

    private let cnn: [any Layer] = [
        Conv2D(outputChannels: 4, kernel: 3), ReLU(), MaxPool2D(kernel: 2), Flatten(), Linear(outputFeatures: 10),
    ]

    @Test(arguments: [1, 2])
    func convolutionsMoveWithTheImage(shift: Int) throws {
        let errors = try errors(cnn, shift: shift)
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

    /// A 7×7 window on 8 columns, moved by 2, sees a border wherever it is.
    @Test func whatSeesOnlyBordersIsNotMeasured() throws {
        let layers: [any Layer] = [Conv2D(outputChannels: 2, kernel: 7), Flatten(), Linear(outputFeatures: 10)]
        #expect(try errors(layers, shift: 2)[0] == nil)
    }
}
