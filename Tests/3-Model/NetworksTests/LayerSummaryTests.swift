import Configuration
import Foundation
import Networks
import TestSupport
import Testing

@Suite struct LayerSummaryTests {
    private static func shippedNetwork(_ name: String, fusesLayers: Bool = false) throws -> Network {
        let folder = SourceTree.root.appending(path: "Configs")
        return try Network(
            Configuration.load(path: folder.appending(path: name).path(percentEncoded: false)).network,
            inputShape: .image(height: 32, width: 32, channels: 3),
            classCount: 10,
            maximumBatch: 1,
            fusesLayers: fusesLayers
        )
    }

    @Test(arguments: [("cnn.yaml", 282_250), ("mlp.yaml", 1_707_274)])
    func shippedNetworksHaveTheirParameters(name: String, count: Int) throws {
        #expect(try Self.shippedNetwork(name).parameterCount == count)
        #expect(try Self.shippedNetwork(name, fusesLayers: true).parameterCount == count)
    }

    /// A convolution's output number takes 2 · 9 · C operations and one for the bias; of a pool, 4.
    @Test func convolutionalNetworkIsSummedUpAsByHand() throws {
        let rows = try Self.shippedNetwork("cnn.yaml").layerSummaries
        #expect(rows.map(\.name) == (0..<10).map { "\($0)" })
        #expect(
            rows.map(\.kind) == [
                "conv2d", "relu", "maxPool2d", "conv2d", "relu", "maxPool2d", "flatten", "linear", "relu", "linear",
            ]
        )
        #expect(
            rows.map(\.outputShape.description) == [
                "32×32×32", "32×32×32", "32×16×16", "64×16×16", "64×16×16", "64×8×8", "4096", "64", "64", "10",
            ]
        )
        #expect(rows.map(\.parameterCount) == [896, 0, 0, 18_496, 0, 0, 0, 262_208, 0, 650])
        #expect(
            rows.map(\.forwardFLOPs) == [
                32_768 * 55, 32_768, 8192 * 4, 16_384 * 577, 16_384, 4096 * 4, 0, 2 * 4096 * 64 + 64, 64, 2 * 640 + 10,
            ]
        )
        // 3; +1 by the pool; + 2 · 2; + 1 · 2; then the linear layer sees all 8 columns, 4 pixels apart.
        #expect(rows.map(\.receptiveField) == [3, 3, 4, 8, 8, 10, 10, 38, 38, 38])
        #expect(rows.map(\.activationBytes).prefix(3) == [131_072, 131_072, 32_768])
    }

    @Test func trainingCostsThreeForwardPassesButForTheFirstInputGradient() throws {
        let network = try Self.shippedNetwork("mlp.yaml")
        let linear = [2 * 3072 * 512 + 512, 2 * 512 * 256 + 256, 2 * 256 * 10 + 10]
        #expect(network.trainingFLOPs == 3 * (linear.reduce(0, +) + 512 + 256) - linear[0])
    }

    @Test func residualBlocksCountBothBranchesAndTheSum() throws {
        let layers = """
            [residual: {body: [\(convolution(2, stride: 2)), \(convolution(2, bias: false))], \
            shortcut: [conv2d: {outputChannels: 2, kernel: 1, stride: 2}]}, globalAveragePool]
            """
        let network = try Network(
            networkOptions(layers),
            inputShape: .image(height: 8, width: 8, channels: 3),
            classCount: 2,
            maximumBatch: 1
        )
        let block = network.layerSummaries[0]
        #expect(block.outputShape == .image(height: 4, width: 4, channels: 2))
        #expect(block.forwardFLOPs == 32 * (2 * 27 + 1) + 32 * (2 * 18) + 32 * (2 * 3 + 1) + 32)
        #expect(block.receptiveField == 7)
        #expect(network.layerSummaries[1].receptiveField == 7 + 3 * 2)
    }
}
