import ConfigurationFiles
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
        Case("swish", "layers[1].swish: ", "unknown layer 'swish'", "residual"),
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
        Case("gelu: {approximate: fast}", "layers[1].gelu.approximate: ", "none or tanh"),
        Case("leakyReLU: {negativeSlope: 1e-60}", "layers[1].leakyReLU.negativeSlope: "),
        Case("scale", "layers[1].scale", "factor"),
        Case("conv2d: {outputChannels: 4, kernel: [3, 5, 1]}", "conv2d.kernel: ", "[rows, columns]"),
        Case("conv2d: {outputChannels: 4, kernel: [3, 0]}", "conv2d.kernel: ", "1 ... 1024"),
        Case("conv2d: {outputChannels: 4, kernel: 3, dilation: 3}", "conv2d.kernel: ", "7×7 with its dilation", "6×5"),
        Case(
            "conv2d: {outputChannels: 4, kernel: 3, groups: 2}",
            "conv2d.groups: ",
            "2 groups",
            "the input's 3 channels"
        ),
        Case("conv2d: {outputChannels: 4, kernel: 3, groups: 3}", "conv2d.groups: ", "3 groups", "the 4 channels"),
        Case(
            "conv2d: {outputChannels: 4, kernel: 3, padding: 6, paddingMode: reflect}",
            "conv2d.padding: ",
            "6 pixels is too much for reflect on an input of 6"
        ),
        Case("conv2d: {outputChannels: 4, kernel: 3, paddingMode: mirror}", "conv2d.paddingMode: ", "zeros, reflect"),
        Case(
            "maxPool2d: {kernel: 2, padding: 2}",
            "maxPool2d.padding: ",
            "a padding of 2×2 is more than half of a 2×2"
        ),
        Case("groupNorm: {groups: 2}", "groupNorm.groups: ", "2 groups", "3 channels"),
        Case("localResponseNorm: {size: 5, k: 0}", "localResponseNorm.k: "),
        Case("concatenate", "layers[1].concatenate.branches: missing"),
        Case("concatenate: {branches: [relu]}", "layers[1].concatenate.branches: needs a list of branches"),
        Case(
            "concatenate: {branches: [[], [maxPool2d: {kernel: 2}]]}",
            "layers[1].concatenate: branches give 3×6×5 and 3×3×2"
        ),
        Case(
            "concatenate: {branches: [[], [relu, maxPool2d: {kernel: 7}]]}",
            "layers[1].concatenate.branches[1][1].maxPool2d.kernel: a 7×7"
        ),
        Case("conv1d: {outputChannels: 4, kernel: 3}", "layers[1].conv1d: ", "needs one row", "3×6×5", "use conv2d"),
        Case("conv1d: {outputChannels: 4, kernel: [1, 3]}", "layers[1].conv1d.kernel: ", "1 ... 1024"),
        Case("maxPool1d: {kernel: 2}", "layers[1].maxPool1d: ", "needs one row", "use maxPool2d"),
        Case("averagePool1d: {kernel: 2}", "layers[1].averagePool1d: ", "needs one row", "use averagePool2d"),
        Case("locallyConnected2d: {outputChannels: 4, kernel: 7}", "locallyConnected2d.kernel: ", "7×7", "6×5"),
        Case("batchNorm1d", "layers[1].batchNorm1d: ", "needs one row", "use batchNorm2d"),
        Case("linear: {outputFeatures: 3, initialization: he}", "linear.initialization: ", "heNormal", "whitening"),
        Case(
            "conv2d: {outputChannels: 6, kernel: 1, initialization: whitening}",
            "layers[1].conv2d.initialization: whitening needs a convolution of the images: the first layer"
        ),
        Case("batchNorm2d: {initialization: orthogonal}", "batchNorm2d.initialization: orthogonal is for weights"),
        Case("batchNorm2d: {initialization: {weight: dirac}}", "batchNorm2d.initialization: dirac is for weights"),
        Case(
            "locallyConnected2d: {outputChannels: 2, kernel: 1, initialization: orthogonal}",
            "locallyConnected2d.initialization: orthogonal needs one matrix"
        ),
        Case(
            "locallyConnected2d: {outputChannels: 2, kernel: 1, initialization: dirac}",
            "locallyConnected2d.initialization: dirac needs the filters of a convolution"
        ),
        Case("batchNorm2d: {learningRateFactor: 0}", "batchNorm2d.learningRateFactor: needs a number above 0, found 0"),
        Case("batchNorm2d: {learningRateFactor: 1e-50}", "learningRateFactor: ", "which is 0 in single precision"),
        Case("batchNorm2d: {learningRateFactor: {bias: 1e39}}", "learningRateFactor.bias: ", "infinite in single"),
        Case("batchNorm2d: {weightDecayFactor: -1}", "batchNorm2d.weightDecayFactor: needs a number of at least 0"),
        Case("batchNorm2d: {trainedEpochs: 1.5}", "batchNorm2d.trainedEpochs: needs an integer in 0 ... 1000000"),
        Case("batchNorm2d: {trainedEpochs: {scale: 1}}", "batchNorm2d.trainedEpochs.scale: unknown key"),
        Case("batchNorm2d: {trainedEpochs: [1]}", "batchNorm2d.trainedEpochs: needs an integer"),
        Case(
            "conv2d: {outputChannels: 6, kernel: 1, bias: false, trainedEpochs: {bias: 3}}",
            "conv2d.trainedEpochs.bias: the layer has none, with bias: false; leave it out"
        ),
        Case("relu: {trainedEpochs: 0}", "layers[1].relu.trainedEpochs: ", "unknown key"),
        Case("relu: {slope: 0.1}", "layers[1].relu.slope: ", "unknown key"),
    ]

    @Test(arguments: cases)
    func badLayersAreNamedByLineAndKey(_ test: Case) throws {
        let message = try message(of: ["relu", test.layer, "flatten", "linear: {outputFeatures: 10}"])
        #expect(
            message.hasPrefix("test.yaml:4: network.layers[1]") || test.parts[0].contains("residual.")
                || test.parts[0].contains("branches[")
        )
        for part in test.parts { #expect(message.contains(part), "\(message)") }
    }

    @Test(arguments: [
        ("outputChannels: 7", "found 7"), ("outputChannels: 26", "at most 24"), ("groups: 3", "groups: 1"),
    ])
    func whiteningFitsItsFilters(option: String, part: String) throws {
        let options = option.hasPrefix("groups") ? "outputChannels: 6, \(option)" : option
        let layer = "conv2d: {\(options), kernel: 2, initialization: {weight: whitening}}"
        let message = try message(of: [layer, "flatten", "linear: {outputFeatures: 10}"])
        #expect(message.hasPrefix("test.yaml:3: network.layers[0].conv2d.initialization: whitening needs"))
        #expect(message.contains(part), "\(message)")
    }

    @Test(arguments: [
        "conv2d: {outputChannels: 4, kernel: 1}", "locallyConnected2d: {outputChannels: 4, kernel: 1}", "batchNorm2d",
        "globalAveragePool", "maxPool2d: {kernel: 1}",
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
