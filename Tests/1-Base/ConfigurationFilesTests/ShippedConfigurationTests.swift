import ConfigurationFiles
import Foundation
import TestSupport
import Testing

/// The files in `Configs`: the networks they describe, and the numbers in their comments.
@Suite(.timeLimit(.minutes(10))) struct ShippedConfigurationTests {
    static let names = [
        "airbench94", "airbench94-muon", "alexnet", "cnn", "cnn1d", "digits-cnn", "digits-mlp", "lenet5", "mlp",
        "mobilenet", "plain20",
        "resnet",
        "resnet20", "resnet9", "vgg11-bn",
    ]

    private func text(_ name: String) throws -> String {
        try ConfigurationFile.read(SourceTree.root.appending(path: "Configs/\(name).yaml").path)
    }

    @Test(arguments: [
        ("mlp", 1_707_274), ("cnn", 282_250), ("digits-mlp", 17_226), ("digits-cnn", 38_282), ("resnet", 309_738),
        ("resnet9", 6_573_120),
    ])
    func networksHaveTheParameterCountsInTheirComments(name: String, count: Int) throws {
        let text = try text(name)
        let configuration = try Configuration(yaml: text, file: "\(name).yaml")
        let (channels, side) = configuration.dataset.name == .digits ? (1, 8) : (3, 32)
        var counter = ParameterCounter(shape: (channels, side))
        try counter.add(configuration.network.layers)
        #expect(counter.parameterCount == count)
        #expect(counter.shape == (10, 1))
        let grouped = String(
            String(count).reversed().enumerated().flatMap { $0 % 3 == 0 && $0 > 0 ? [",", $1] : [$1] }.reversed()
        )
        #expect(text.contains("\(grouped) parameters"))
    }

    /// The verdict on CIFAR-10 compares the two networks with the same training settings.
    @Test(arguments: ["mlp", "cnn"])
    func cifarConfigurationsShareTheirTrainingSettings(name: String) throws {
        let configuration = try Configuration(yaml: text(name), file: "\(name).yaml")
        #expect(configuration.dataset.name == .cifar10)
        #expect(configuration.training.globalBatchSize == 128)
        #expect(configuration.training.epochs == 6)
        #expect(configuration.optimizer.rule == .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        #expect(configuration.optimizer.learningRate == 1e-3)
        #expect(configuration.augmentation.mirror == .none)
        #expect(configuration.augmentation.translationPixels == 0)
    }
}

/// Follows a square image through a network, counting parameters by the textbook.
private struct ParameterCounter {
    var shape: (channels: Int, side: Int)
    var parameterCount = 0

    mutating func add(_ layers: [LayerDescription]) throws {
        for layer in layers { try add(layer.kind, layer.options) }
    }

    private mutating func add(_ kind: String, _ options: OptionReader) throws {
        switch kind {
        case "linear":
            let count: IntegerOrWord<OutputWord> =
                try options.integerOrWord("outputFeatures", in: 1...1 << 24, means: "test")
            let outputs =
                switch count {
                case .integer(let count): count
                case .word: 10
                }
            let hasBias = try options.boolean("bias", default: true, means: "test")
            parameterCount += shape.channels * outputs + (hasBias ? outputs : 0)
            shape = (outputs, 1)
        case "conv2d":
            let channels = try options.integer("outputChannels", in: 1 ... .max, means: "test")
            let kernel = try options.integer("kernel", in: 1 ... .max, means: "test")
            let padding = try options.integerOrWord(
                "padding",
                default: IntegerOrWord<PaddingWord>.word(.valid),
                in: 0...9,
                means: "test"
            )
            let border =
                switch padding {
                case .word(let word): word == .same ? kernel - 1 : 0
                case .integer(let border): 2 * border
                }
            let side =
                (shape.side + border - kernel) / (try options.integer("stride", default: 1, in: 1...9, means: "test"))
                + 1
            let biases = try options.boolean("bias", default: true, means: "test") ? channels : 0
            parameterCount += shape.channels * channels * kernel * kernel + biases
            shape = (channels, side)
        case "maxPool2d": shape.side /= try options.integer("kernel", in: 1 ... .max, means: "test")
        case "flatten": shape = (shape.channels * shape.side * shape.side, 1)
        case "globalAveragePool": shape.side = 1
        case "batchNorm2d": parameterCount += 2 * shape.channels
        case "residual":
            var shortcut = ParameterCounter(shape: shape)
            try shortcut.add(options.layers("shortcut", means: "test"))
            try add(options.layers("body", means: "test"))
            #expect(shape == shortcut.shape)
            parameterCount += shortcut.parameterCount
        default: #expect(kind == "relu")
        }
        try options.finish()
    }
}
