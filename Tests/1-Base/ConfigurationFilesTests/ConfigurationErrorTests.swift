import ConfigurationFiles
import Testing

/// The messages as users see them, with file, line, key path, problem and hint.
@Suite(.timeLimit(.minutes(10))) struct ConfigurationErrorTests {
    @Test(arguments: [
        (
            "training:\n  epochs: 3\n  globalBatchSise: 64",
            "t.yaml:4: training.globalBatchSise: unknown key; did you mean 'globalBatchSize'? "
                + "(valid: accumulationSteps, dropLast, epochs, globalBatchSize, patience, seed)"
        ),
        (
            "optimizer: {name: adam, momentum: 0.9}",
            "t.yaml:2: optimizer.momentum: adam has no such key, sgd and muon have; leave it out, or set optimizer.name to sgd or muon"
        ),
        ("training: {epochs: six}", "t.yaml:2: training.epochs: needs a number in 1 ... 1000000, found 'six'"),
        ("training:\n  epochs: 0", "t.yaml:3: training.epochs: needs a number in 1 ... 1000000, found 0"),
        ("training: {epochs: 0.5}", "found 0.5"),
        ("training: {globalBatchSize: 2.5}", "found 2.5"),
        ("averaging: {decay: 0.9}", "t.yaml:2: averaging.decay: none has no such key, ema and lookahead have"),
        ("averaging: {name: ema, decay: 0.99999999}", "averaging.decay: needs a number of at least 0 and below 1"),
        ("averaging: {name: ema, decay: 1e-50}", "found 1e-50, which is 0 in single precision"),
        ("averaging: {name: lookahead, everySteps: 0}", "averaging.everySteps: needs an integer in 1 ... 1000000"),
        ("averaging: {name: swa}", "averaging.name: needs none, ema or lookahead, found 'swa'"),
        ("training: {epochs: 99999999999999999999}", "found 99999999999999999999"),
        ("training: {epochs: '3'}", "found '3'"),
        ("training: {epochs: true}", "found true"),
        ("training: {epochs: 0x10}", "found '0x10'"),
        ("training: {epochs: [1]}", "found a list"),
        ("training: {seed: -1}", "t.yaml:2: training.seed: needs an integer of at least 0, found -1"),
        ("training: 3", "t.yaml:2: training: needs a mapping (key: value), found 3"),
        ("training: [epochs]", "t.yaml:2: training: needs a mapping (key: value), found a list"),
        ("optimizer: {learningRate: .nan}", "optimizer.learningRate: needs a number of at least 0, found .nan"),
        ("optimizer: {learningRate: .inf}", "found .inf"),
        ("optimizer: {learningRate: nan}", "found 'nan'"),
        ("optimizer: {learningRate: 1e999}", "found 1e999"),
        ("optimizer: {learningRate: -1e-3}", "needs a number of at least 0, found -1e-3"),
        ("optimizer: {epsilon: 0}", "optimizer.epsilon: needs a number above 0, found 0"),
        ("optimizer: {beta1: 1}", "optimizer.beta1: needs a number of at least 0 and below 1, found 1"),
        ("optimizer: {name: sgd, nesterov: true}", "optimizer.nesterov: needs a momentum above 0, found 0; set mom"),
        ("optimizer: {name: muon}", "t.yaml:2: optimizer.others.learningRate: missing"),
        ("optimizer: {name: muon, others: 0.1}", "t.yaml:2: optimizer.others: needs a mapping"),
        ("optimizer: {name: muon, others: {learningRate: 0.1, lr: 1}}", "optimizer.others.lr: unknown key"),
        (
            "optimizer: {name: muon, learningRate: 0, others: {learningRate: 1}}",
            "needs a number above 0 with muon, found 0"
        ),
        (
            "optimizer: {name: muon, nsSteps: 0, others: {learningRate: 1}}",
            "optimizer.nsSteps: needs an integer in 1 ... 99"
        ),
        ("optimizer: {name: muon, ns_steps: 3, others: {learningRate: 1}}", "'nsSteps'"),
        ("optimizer: {name: sgd, others: {learningRate: 1}}", "optimizer.others: sgd has no such key, muon has"),
        (
            "optimizer: {name: muon, renormalize: true, weightDecay: 0.1, others: {learningRate: 1}}",
            "t.yaml:2: optimizer.weightDecay: has no effect beside renormalize"
        ),
        (
            "optimizer: {name: muon, others: {learningRate: 1, nesterov: true}}",
            "optimizer.others.nesterov: needs a momentum above 0, found 0"
        ),
        ("optimizer: {name: muon, others: {learningRate: 1e-50}}", "optimizer.others.learningRate: needs a number"),
        ("optimizer: {name: addam}", "needs sgd, adam, adamw or muon, found 'addam'; did you mean 'adam'?"),
        ("optimizer: {name: lion}", "optimizer.name: needs sgd, adam, adamw or muon, found 'lion'"),
        ("optimizer: {name: sgd, beta1: 0.5}", "sgd has no such key, adam and adamw have; leave it out, or set"),
        ("run: {directory: ''}", "t.yaml:2: run.directory: needs a folder's path, found ''"),
        (
            "schedule: {name: step, milestones: [3, 3]}",
            "t.yaml:2: schedule.milestones: needs rising epochs, found [3, 3]"
        ),
        (
            "schedule: {name: step, milestones: [3], stepEpochs: 2}",
            "t.yaml:2: schedule.stepEpochs: found beside milestones; leave out one of them"
        ),
        (
            "schedule: {name: cosine, milestones: [3]}",
            "t.yaml:2: schedule.milestones: cosine has no such key, step has"
        ),
        ("schedule: {name: step}", "t.yaml:2: schedule.stepEpochs: missing; it needs an integer in 1 ... 1000000"),
        (
            "schedule: {name: step, stepEpoch: 3}",
            "t.yaml:2: schedule.stepEpoch: unknown key; did you mean 'stepEpochs', which is missing?"
        ),
        (
            "schedule: {name: oneCycle, warmupEpochs: 1}",
            "schedule.warmupEpochs: oneCycle has no such key, constant and step and cosine have"
        ),
        ("parallel: {overlap: 1}", "parallel.overlap: needs true or false, found 1"),
        ("parallel: {timeoutSeconds: 0}", "needs a number in 0.1 ... 86400, found 0"),
        ("dataset: {mean: [0.1, 0.2]}", "dataset.mean: needs a list of 1 number, found 2"),
        ("dataset: {name: cifar10, mean: []}", "dataset.mean: needs a list of 3 numbers, found 0"),
        ("dataset: {mean: [x]}", "dataset.mean: needs a list of 1 number, each a finite number, found 'x'"),
        ("dataset: {deviation: [0]}", "each a number above 0, found 0"),
        ("dataset: {root: {a: b}}", "dataset.root: needs a text, found a mapping"),
        ("training: {accumulationSteps: 3}", "training.accumulationSteps: needs a power of two, found 3"),
        ("augmentation: {mirror: often}", "augmentation.mirror: needs true, false or alternating, found 'often'"),
        ("augmentation: {border: zero}", "reflect or zeros"),
        ("augmentation: {translationPixels: -1}", "needs an integer in 0 ... 4095, found -1"),
        ("augmentation: {minimumCropArea: 0}", "needs a number above 0 and at most 1, found 0"),
        ("evaluation: {on: validation}", "needs samples that are set apart, found none"),
        ("dataset: {name: images}", "missing; it needs the folder or file of your data set"),
        ("dataset: {layout: NHWC}", "digits has no such key, arrays has"),
        ("dataset: {name: images, root: a, channels: 2}", "needs 1 for gray or 3 for color, found 2"),
        ("dataset: {name: images, root: a, size: [3]}", "needs [height, width], found 1 numbers"),
        ("trainin: {epochs: 1}", "t.yaml:2: trainin: unknown key; did you mean 'training'? (valid: augmentation,"),
        ("<<: {a: b}", "t.yaml:2: <<: unknown key; valid:"),
        ("\"a\\nb\": 1", "unknown key"),
    ])
    func mistakesInTheFileAreLocated(addition: String, message: String) {
        expect(message, from: "network: {layers: [relu]}\n\(addition)\n")
    }

    @Test(arguments: [
        ("", "t.yaml: is empty; it needs at least network.layers"),
        ("# nothing\n", "t.yaml: is empty"),
        ("null\n", "t.yaml: is empty"),
        ("- a\n- b\n", "t.yaml: needs a mapping (key: value), found a list"),
        ("words\n", "t.yaml: needs a mapping (key: value), found 'words'"),
        ("network: {}", "t.yaml:1: network.layers: missing; it needs a list of at least one layer"),
        ("training: {}", "t.yaml: network: missing; it needs at least layers; found beside it: training"),
        ("netwrk: {layers: [relu]}", "t.yaml:1: netwrk: unknown key; did you mean 'network', which is missing?"),
        ("config: a\nparameters: {}", "t.yaml:2: parameters: belongs to a sweep; a run's configuration is needed"),
        ("network: {layers: []}", "t.yaml:1: network.layers: missing"),
        (
            "network: {initialization: dirac, layers: [relu]}",
            "t.yaml:1: network.initialization: needs pytorch, heNormal, xavierUniform or unitVariance, found 'dirac'"
        ),
        ("network: {layer: [relu]}", "network.layer: unknown key; did you mean 'layers', which is missing?"),
        ("network: {layers: relu}", "t.yaml:1: network.layers: needs a list of layers, found 'relu'"),
        ("network:\n  layers:\n  - relu\n  -\n", "t.yaml:4: network.layers[1]: needs one layer, found null"),
        ("network: {layers: [3]}", "network.layers[0]: needs one layer, found 3"),
        (
            "network: {layers: [{relu: {}, flatten: {}}]}",
            "needs one layer, found the keys relu, flatten; write '- relu'"
        ),
        ("network: {layers: [{linear: 10}]}", "network.layers[0].linear: needs a mapping (key: value), found 10"),
        ("a: 1\nb: 2\na: 3\n", "t.yaml:1: the key 'a' appears more than once in a mapping; keep one of them"),
        (
            "a: [1,\nb: 2\n",
            "t.yaml:3: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence of line 1"
        ),
        ("a:\n\t- b\n", "t.yaml:2: not valid YAML: found character that cannot start any token"),
        ("a:\n\tb: 1\n", "; indent with spaces, not tabs"),
        ("a: b: c\n", "t.yaml:1: not valid YAML: mapping values are not allowed in this context"),
        ("a: \u{1}\n", "t.yaml:1: not valid YAML: control characters are not allowed"),
        ("a: 1\nb: *missing\n", "t.yaml:2: not valid YAML: found undefined alias"),
        ("a: 1\n---\nb: 2\n", "t.yaml:2: not valid YAML: but found another document"),
        ("a: !!int 3\n", "t.yaml:1: has a YAML tag, tag:yaml.org,2002:int"),
        ("a: !mine {b: c}\n", "t.yaml:1: has a YAML tag, !mine"),
        ("? [a, b]\n: c\n", "t.yaml:1: has a list or mapping where a key is needed"),
        (String(repeating: "[", count: 3000), "not valid YAML"),
        (String(repeating: "[", count: 90) + String(repeating: "]", count: 90), "t.yaml:1: is nested deeper than 64"),
        (String(repeating: "a: [*x, *x, *x]\n", count: 30), "t.yaml: uses more than 32 aliases (*name)"),
        (bomb, "expands to more than 20000 values; use fewer aliases (*name)"),
    ])
    func malformedFilesAreRefused(yaml: String, message: String) {
        expect(message, from: yaml)
    }

    /// A few aliases are allowed, to avoid repetition.
    @Test func aliasesAreFollowed() throws {
        let yaml = "network: {layers: [&act relu, {linear: &options {outputFeatures: 3}}, *act, {linear: *options}]}"
        let layers = try Configuration(yaml: yaml, file: "t.yaml").network.layers
        #expect(layers.map(\.kind) == ["relu", "linear", "relu", "linear"])
        #expect(try layers[3].options.integer("outputFeatures", in: 1...9, means: "test") == 3)
    }

    private func expect(_ message: String, from yaml: String) {
        let error = #expect(throws: ConfigurationError.self) { try Configuration(yaml: yaml, file: "t.yaml") }
        let found = error?.description ?? ""
        #expect(found.contains(message), "\(found)")
    }
}

/// A list of lists of lists: 3^10 words in ten lines.
private let bomb =
    "a0: &a0 [x, x, x]\n"
    + (1...10).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]\n" }.joined()
