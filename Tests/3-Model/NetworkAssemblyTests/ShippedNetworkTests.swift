import ConfigurationFiles
import Foundation
import NetworkAssembly
import Networks
import TestSupport
import Testing

/// The networks of `Configs` can be planned, and have the parameter counts that their files state.
///
/// PyTorch's counts are the same.
@Suite(.timeLimit(.minutes(10))) struct ShippedNetworkTests {
    private static let parameterCounts = [
        "airbench94": 1_971_352, "airbench94-muon": 1_971_352, "alexnet": 28_569_994, "cnn": 282_250, "cnn1d": 458_762,
        "digits-cnn": 38_282,
        "digits-mlp": 17_226,
        "lenet5": 62_006, "mlp": 1_707_274, "mobilenet": 3_217_226, "plain20": 269_722, "resnet": 309_738,
        "resnet20": 269_722, "resnet9": 6_573_120, "vgg11-bn": 28_149_514,
    ]

    @Test func allAreTried() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        let names = files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
        #expect(Set(names) == Set(Self.parameterCounts.keys))
    }

    @Test(arguments: parameterCounts.keys.sorted(), [true, false])
    func shippedNetworksHaveTheirParameters(name: String, fusesLayers: Bool) throws {
        let path = Self.folder.appending(path: "\(name).yaml").path
        let configuration = try Configuration.load(path: path)
        let isDigits = configuration.dataset.name == .digits
        let planned = try Network(
            configuration.network,
            inputShape: .image(height: isDigits ? 8 : 32, width: isDigits ? 8 : 32, channels: isDigits ? 1 : 3),
            classCount: 10,
            maximumBatch: 1,
            fusesLayers: fusesLayers
        )
        let count = try #require(Self.parameterCounts[name])
        #expect(planned.parameterCount == count)
        let words = try ConfigurationFile.read(path).replacing("\n# ", with: " ")
        #expect(words.contains("\(count.formatted(.number.locale(Locale(identifier: "en_US")))) parameters"))
    }

    private static let folder = SourceTree.root.appending(path: "Configs")
}
