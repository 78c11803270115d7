import Configuration
import Foundation
import NetworkAssembly
import Networks
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ShippedNetworkTests {
    @Test(arguments: [("cnn.yaml", 282_250), ("mlp.yaml", 1_707_274), ("resnet.yaml", 309_738)], [true, false])
    func shippedNetworksHaveTheirParameters(network: (file: String, parameterCount: Int), fusesLayers: Bool) throws {
        let file = SourceTree.root.appending(path: "Configs/\(network.file)")
        let planned = try Network(
            Configuration.load(path: file.path(percentEncoded: false)).network,
            inputShape: .image(height: 32, width: 32, channels: 3),
            classCount: 10,
            maximumBatch: 1,
            fusesLayers: fusesLayers
        )
        #expect(planned.parameterCount == network.parameterCount)
    }
}
