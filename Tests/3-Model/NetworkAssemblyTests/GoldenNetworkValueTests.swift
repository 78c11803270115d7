import ConfigurationFiles
import NetworkAssembly
import Networks
import Tensors
import TestSupport
import Testing

/// The first batch of whole networks compared with PyTorch's float64.
@Suite(.timeLimit(.minutes(10))) struct GoldenNetworkValueTests {
    /// PyTorch's own float32 is within 1.4e-6 of it; the project promises 1e-4.
    private static let tolerance = 1e-5

    @Test(arguments: ["mlp", "cnn", "resnet"], [true, false])
    func logitsLossAndGradientsEqualPyTorchs(name: String, fusesLayers: Bool) throws {
        let golden = try GoldenNetwork.load(name)
        let fixture = try GoldenFixture.load("network-\(name)")
        let network = try Network(golden, fusesLayers: fusesLayers)
        #expect(network.parameters.map(\.name) == golden.parameters.map(\.name))
        #expect(network.parameters.map(\.shape) == golden.parameters.map(\.shape))
        let replica = Replica(of: network)
        for (parameter, source) in zip(network.parameters, golden.parameters) {
            parameter.store(golden.initialValues(of: source), in: replica.parameters.slice)
        }
        replica.prepareWeights()
        let workspace = ShardWorkspace(for: network)
        let gradient = AlignedBuffer(count: network.elementCount)
        gradient.slice.fill(.nan)
        let (images, labels) = golden.batch(step: 0)
        workspace.input(batch: golden.batchSize).copy(from: images.channelsLast)
        workspace.labels = labels.map { Int32($0) }
        let loss = LossFunction(labelSmoothing: 0, gradientScale: 1 / Float(golden.batchSize))
        let samples = SampleCoordinates(seed: 1, epoch: 0, samples: (0..<Int32(golden.batchSize)).map { $0 }[...])
        replica.train(samples, loss: loss, gradient: gradient.slice, workspace: workspace) { _ in }

        func expectEqual(_ values: [Float], _ tensor: String) {
            let error = fixture.relativeError(of: values, from: tensor, precision: .float64)
            #expect(error <= Self.tolerance, "\(tensor)")
        }
        expectEqual(workspace.logits(batch: golden.batchSize).array, "logits")
        expectEqual([gradient.slice[network.lossIndex] / Float(golden.batchSize)], "loss")
        for parameter in network.parameters {
            expectEqual(parameter.values(in: gradient.slice), parameter.name + ".gradient")
        }
    }
}

extension Network {
    /// The network of a golden configuration, for batches of its size.
    fileprivate init(_ golden: GoldenNetwork, fusesLayers: Bool) throws {
        let shape = golden.inputShape
        try self.init(
            Configuration.load(path: golden.configurationPath).network,
            inputShape: .image(height: shape[1], width: shape[2], channels: shape[0]),
            classCount: golden.classCount,
            maximumBatch: golden.batchSize,
            fusesLayers: fusesLayers
        )
    }
}
