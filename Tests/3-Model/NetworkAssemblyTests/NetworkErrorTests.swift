import Configuration
import NetworkAssembly
import Networks
import Testing

@Suite(.timeLimit(.minutes(10))) struct NetworkErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let layer: String
        let parts: [String]
        var testDescription: String { layer }

        init(_ layer: String, _ parts: String...) {
            (self.layer, self.parts) = (layer, parts)
        }
    }

    private static let residual = "residual: {body: [conv2d: {outputChannels: 5, kernel: 1, stride: 2}]}"

    private static let cases = [
        Case("conv2D: {outputChannels: 4}", "layers[1].conv2D: ", "unknown layer 'conv2D'", "did you mean 'conv2d'?"),
        Case("tanh", "layers[1].tanh: ", "unknown layer 'tanh'", "residual"),
        Case("linear: {outputFeatures: 10}", "layers[1].linear: ", "its input is an image of 3×6×5", "flatten"),
        Case("conv2d: {outputChannels: 4, kernal: 3}", "layers[1].conv2d.kernal", "did you mean 'kernel'"),
        Case("conv2d: {outputChannels: 4, kernel: 6, padding: 0}", "conv2d.kernel: ", "6×6", "6×5", "padding: same"),
        Case("conv2d: {outputChannels: 0}", "layers[1].conv2d.outputChannels: ", "0"),
        Case("conv2d: {kernel: 3}", "layers[1].conv2d", "outputChannels"),
        Case("conv2d: {outputChannels: 3}", "layers[1].conv2d", "kernel"),
        Case("maxPool2d: {kernel: 6}", "layers[1].maxPool2d.kernel: ", "a 6×6 window does not fit an input of 6×5"),
        Case("averagePool2d: {kernel: 9}", "layers[1].averagePool2d.kernel: ", "9×9"),
        Case(residual, "layers[1].residual: ", "gives 5×3×3 and the shortcut 3×6×5", "1×1 conv2d"),
        Case("residual: {body: [linear: {outputFeatures: 3}]}", "layers[1].residual.body[0].linear: ", "flatten"),
        Case(
            "residual: {body: [relu], shortcut: [relu, residual: {body: [maxPool2d: {kernel: 7}]}]}",
            "layers[1].residual.shortcut[1].residual.body[0].maxPool2d.kernel: a 7×7 window"
        ),
        Case("dropout: {probability: 1}", "layers[1].dropout.probability: ", "1"),
        Case("relu: {slope: 0.1}", "layers[1].relu.slope: ", "unknown key"),
    ]

    @Test(arguments: cases)
    func badLayersAreNamedByLineAndKey(_ test: Case) throws {
        let message = try message(of: ["relu", test.layer, "flatten", "linear: {outputFeatures: 10}"])
        #expect(message.hasPrefix("test.yaml:4: network.layers[1]") || test.parts[0].contains("residual."))
        for part in test.parts { #expect(message.contains(part), "\(message)") }
    }

    @Test(arguments: [
        "conv2d: {outputChannels: 4, kernel: 1}", "batchNorm2d", "globalAveragePool", "maxPool2d: {kernel: 1}",
    ])
    func layersForImagesRefuseVectors(layer: String) throws {
        let message = try message(of: ["flatten", layer])
        #expect(message.hasPrefix("test.yaml:4: network.layers[1]"))
        #expect(message.contains("needs an image; its input is a vector of 90"))
    }

    @Test(arguments: [["flatten", "linear: {outputFeatures: 7}"], ["conv2d: {outputChannels: 10, kernel: 1}"]])
    func theLastLayerMustGiveTheClasses(layers: [String]) throws {
        let message = try message(of: layers)
        #expect(message.hasPrefix("test.yaml:2: network.layers: the last layer gives "))
        #expect(message.hasSuffix("end with linear: {outputFeatures: classes}"))
    }

    @Test(arguments: [2, 3, 1_000])
    func theLastLayerCanHaveAnOutputForEachClass(classCount: Int) throws {
        let yaml = "network: {layers: [flatten, linear: {outputFeatures: classes}]}"
        let configuration = try Configuration(yaml: yaml, file: "test.yaml")
        let network = try Network(
            configuration.network,
            inputShape: .image(height: 3, width: 6, channels: 5),
            classCount: classCount,
            maximumBatch: 1
        )
        #expect(network.parameterCount == 91 * classCount)
        #expect(configuration.resolvedYAML().contains("outputFeatures: classes"))
    }

    @Test func aNetworkWithoutParametersIsRefused() throws {
        let message = try message(of: ["relu", "flatten"], classCount: 90)
        #expect(message.contains("no layer has parameters to train"))
    }

    /// The message of the error that layers, one a line from the third, make on an image of 3×6×5.
    private func message(of layers: [String], classCount: Int = 10) throws -> String {
        let lines = layers.map { "    - \($0)\n" }.joined()
        let options = try Configuration(yaml: "network:\n  layers:\n\(lines)", file: "test.yaml").network
        let error = #expect(throws: ConfigurationError.self) {
            try Network(
                options,
                inputShape: .image(height: 6, width: 5, channels: 3),
                classCount: classCount,
                maximumBatch: 1
            )
        }
        return try #require(error).description
    }
}
