import ConfigurationFiles
import Testing

@Suite(.timeLimit(.minutes(10))) struct SpellingTests {
    private let layers = ["batchNorm2d", "conv2d", "dropout", "linear", "maxPool2d", "relu"]

    @Test(arguments: ["gelu", "selu", "elu", "leakyRelu", "silu", "tanh", "x", "sigmoid"])
    func aDifferentWordIsNotTakenForAMisspelling(name: String) {
        #expect(Spelling.nearest(to: name, in: layers) == nil)
    }

    @Test(arguments: [
        ("con2d", "conv2d"), ("CONV2D", "conv2d"), ("rellu", "relu"), ("batchnorm", "batchNorm2d"),
        ("maxpool", "maxPool2d"),
        ("drpout", "dropout"),
    ])
    func aMisspellingIsRecognized(name: String, meant: String) {
        #expect(Spelling.nearest(to: name, in: layers) == meant)
    }

    @Test(arguments: [
        ("Conv2d", "PyTorch's 'Conv2d' is 'conv2d' here"), ("ReLU", "PyTorch's 'ReLU' is 'relu' here"),
        ("BatchNorm2d", "PyTorch's 'BatchNorm2d' is 'batchNorm2d' here"),
    ])
    func pyTorchsLayersAreTranslated(name: String, hint: String) {
        #expect(Spelling.hint(for: name, valid: layers).hasPrefix(hint))
    }

    @Test(arguments: [
        ("optimizer: {lr: 0.1}", "PyTorch's 'lr' is 'learningRate' here"),
        ("optimizer: {betas: [0.9, 0.99]}", "PyTorch's 'betas' are 'beta1' and 'beta2' here"),
        ("optimizer: {name: SGD}", "found 'SGD'; did you mean 'sgd'?"),
        ("training: {batch_size: 4}", "PyTorch's 'batch_size' is 'globalBatchSize' here"),
    ])
    func pyTorchsKeysAreTranslated(section: String, message: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration(yaml: "network: {layers: [relu]}\n\(section)", file: "a.yaml")
        }
        #expect(error.description.contains(message), "\(error)")
    }
}
