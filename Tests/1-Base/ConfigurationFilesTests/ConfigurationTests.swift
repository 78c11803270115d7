import ConfigurationFiles
import Tensors
import Testing

@Suite(.timeLimit(.minutes(10))) struct ConfigurationTests {
    @Test func aFileNeedsNothingButLayers() throws {
        let configuration = try Configuration(yaml: "network: {layers: [relu]}", file: "folder/small.net.yaml")
        #expect(configuration.dataset.name == .digits)
        #expect(configuration.dataset.root == nil)
        #expect(configuration.dataset.limit == nil)
        #expect(configuration.network.initialization == .pytorch)
        #expect(configuration.loss.labelSmoothing == 0)
        #expect(configuration.optimizer.rule == .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        #expect(configuration.optimizer.learningRate == 1e-3)
        #expect(configuration.schedule.shape == .constant)
        #expect(configuration.augmentation.translationPixels == 0)
        #expect(configuration.training.globalBatchSize == 128)
        #expect(configuration.training.epochs == 6)
        #expect(configuration.training.seed == 0)
        #expect(configuration.parallel.virtualShards == 8)
        #expect(configuration.parallel.reduction == .reproducible)
        #expect(configuration.parallel.bucketBytes == 1_048_576)
        #expect(configuration.parallel.timeoutSeconds == 60)
        #expect(configuration.checkpoint.everySteps == nil)
        #expect(configuration.checkpoint.onWriteFailure == .continue)
        #expect(configuration.logging.everySteps == 50)
        #expect(configuration.run.directory == "runs/small.net")
    }

    @Test func everySectionIsReadFromTheFile() throws {
        let configuration = try Configuration(yaml: complete, file: "complete.yaml")
        #expect(configuration.dataset.name == .cifar10)
        #expect(configuration.dataset.root == "/data/cifar")
        #expect(configuration.dataset.limit == 640)
        #expect(configuration.dataset.mean == .numbers([0.5, 0.25, 1]))
        #expect(configuration.network.initialization == .heNormal)
        #expect(configuration.network.layers.map(\.kind) == ["conv2d", "residual", "dropout", "linear"])
        #expect(configuration.loss.labelSmoothing == 0.1)
        #expect(configuration.optimizer.rule == .sgd(momentum: 0.9, nesterov: true))
        #expect(configuration.optimizer.weightDecay == 5e-4)
        #expect(configuration.optimizer.clipNorm == 1)
        #expect(
            configuration.schedule.shape == .oneCycle(initialFraction: 0.1, peakFraction: 0.25, finalFraction: 0)
        )
        #expect(configuration.augmentation.mirror == .random)
        #expect(configuration.augmentation.translationPixels == 4)
        #expect(configuration.training.seed == 18_446_744_073)
        #expect(configuration.parallel.threadsPerRank == 2)
        #expect(!configuration.parallel.overlap)
        #expect(configuration.evaluation.everyEpochs == 2)
        #expect(configuration.checkpoint.everySteps == 100)
        #expect(configuration.checkpoint.onWriteFailure == .stop)
        #expect(configuration.run.directory == "runs/it's #1")
    }

    @Test(arguments: [
        ("adamw", OptimizerOptions.Rule.adamw(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), 0.01),
        ("adam", .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), 0),
        ("sgd", .sgd(momentum: 0, nesterov: false), 0),
    ])
    func optimizerDefaultsEqualPyTorchs(name: String, rule: OptimizerOptions.Rule, weightDecay: Double) throws {
        let optimizer = try minimal("optimizer.name=\(name)").optimizer
        #expect(optimizer.rule == rule)
        #expect(optimizer.weightDecay == weightDecay)
        #expect(optimizer.learningRate == 1e-3)
        #expect(optimizer.clipNorm == nil)
    }

    @Test(arguments: [
        (["name=step", "stepEpochs=30"], ScheduleOptions.Shape.step(epochs: 30, factor: 0.1)),
        (["name=step", "milestones=[82,123]", "decayFactor=0.2"], .milestones(epochs: [82, 123], factor: 0.2)),
        (["name=cosine"], .cosine(finalFraction: 0)),
        (["name=oneCycle"], .oneCycle(initialFraction: 0.04, peakFraction: 0.3, finalFraction: 4e-6)),
    ])
    func schedulesHaveTheirOwnKeys(keys: [String], shape: ScheduleOptions.Shape) throws {
        #expect(try minimal(keys.map { "schedule.\($0)" }).schedule.shape == shape)
    }

    @Test(arguments: [("false", AugmentationOptions.Mirror.none), ("yes", .random), ("alternating", .alternating)])
    func imagesAreMirroredByChanceOrInTurn(word: String, mirror: AugmentationOptions.Mirror) throws {
        let configuration = try minimal("augmentation.mirror=\(word)")
        #expect(configuration.augmentation.mirror == mirror)
        let again = try Configuration(yaml: configuration.resolvedYAML(), file: "again.yaml")
        #expect(again.augmentation.mirror == mirror)
    }

    @Test func resolvedConfigurationReadsBackAsItself() throws {
        let configuration = try Configuration(yaml: complete, file: "complete.yaml")
        let given = configuration.resolvedYAML()
        // Read the way the network reads them; a default appears after its option was read.
        let convolution = configuration.network.layers[0].options
        _ = try convolution.integer("stride", default: 1, in: 1...8, means: "test")
        let resolved = configuration.resolvedYAML()
        #expect(given != resolved)
        #expect(resolved.contains("- conv2d: {stride: 1, outputChannels: 8, kernel: 3, padding: same}"))
        #expect(try Configuration(yaml: resolved, file: "other.yaml").resolvedYAML() == resolved)
    }

    @Test(arguments: [
        "plain", "null", "~", "true", "3", "it's", "a: b", "# x", " led", "trailed ", "- x", "é/日本", "two\nlines",
        "[x", "*x", "&x", "!x", "%x", "@x", "`x", "\"", "\\", "\t", "?", ":", "💡", "\u{7F}", "<<", "=", "a #b",
    ])
    func anyTextSurvivesResolution(text: String) throws {
        let quoted = "'" + text.replacing("'", with: "''").replacing("\n", with: "\n\n") + "'"
        guard let configuration = try? minimal("dataset.root=\(quoted)") else {
            // YAML allows control characters only as escapes.
            #expect(text == "\u{7F}")
            return
        }
        #expect(configuration.dataset.root == text)
        let again = try Configuration(yaml: configuration.resolvedYAML(), file: "again.yaml")
        #expect(again.dataset.root == text)
    }
}

/// A configuration of one layer with these overrides.
func minimal(_ overrides: String...) throws(ConfigurationError) -> Configuration {
    try minimal(overrides)
}

/// A configuration of one layer with these overrides.
func minimal(_ overrides: [String]) throws(ConfigurationError) -> Configuration {
    try Configuration(yaml: "network: {layers: [relu]}", file: "minimal.yaml", overrides: overrides)
}

/// A configuration that uses every section.
let complete = """
    dataset: {name: cifar10, root: /data/cifar, limit: 640, mean: [.5, 0.25, 1], deviation: [1, 1e0, 2.0]}
    network:
      initialization: heNormal
      layers:
        - conv2d: {outputChannels: 8, kernel: 3, padding: same}
        - residual:
            body: [batchNorm2d, {conv2d: {outputChannels: 8, kernel: 3, padding: 1, bias: no}}]
            shortcut: []
        - dropout: {probability: 0.25}
        - linear:
            outputFeatures: 10
    loss: {labelSmoothing: 0.1}
    optimizer: {name: sgd, learningRate: 1e-1, momentum: 0.9, nesterov: yes, weightDecay: 5e-4, clipNorm: 1}
    schedule: {name: oneCycle, initialFraction: 0.1, peakFraction: 0.25, finalFraction: 0}
    augmentation: {mirror: true, translationPixels: 4}
    training: {globalBatchSize: 1.0e2, epochs: 2.0, seed: 18446744073}
    parallel: {virtualShards: 4, reduction: fast, bucketBytes: 65536, overlap: off, threadsPerRank: 2}
    evaluation: {everyEpochs: 2}
    checkpoint: {everySteps: 100, everyEpochs: 3, keepLast: 2, keepBest: 0, onWriteFailure: stop}
    logging: {everySteps: 10}
    run: {directory: 'runs/it''s #1'}

    """
