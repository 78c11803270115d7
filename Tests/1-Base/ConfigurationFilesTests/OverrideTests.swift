import ConfigurationFiles
import Testing

@Suite(.timeLimit(.minutes(10))) struct OverrideTests {
    private let yaml = "network: {layers: [{conv2d: {kernel: 3}}, relu]}\ntraining: {epochs: 3}\n"

    private func load(_ overrides: String...) throws(ConfigurationError) -> Configuration {
        try Configuration(yaml: yaml, file: "t.yaml", overrides: overrides)
    }

    @Test func overridesReplaceAndAdd() throws {
        let configuration = try load(
            "training.epochs=9",
            "optimizer.learningRate=1e-2",
            "dataset.mean=[0.5]",
            "run.directory=a=b"
        )
        #expect(configuration.training.epochs == 9)
        #expect(configuration.optimizer.learningRate == 0.01)
        #expect(configuration.dataset.mean == .numbers([0.5]))
        #expect(configuration.run.directory == "a=b")
    }

    @Test func theLastOverrideWins() throws {
        #expect(try load("training.epochs=9", "training.epochs=8").training.epochs == 8)
    }

    @Test func nullRestoresTheDefault() throws {
        #expect(try load("training.epochs=null").training.epochs == 6)
        #expect(try load("training=null").training.epochs == 6)
    }

    @Test(arguments: ["network.layers.0.conv2d.kernel=5", "network.layers[0].conv2d.kernel=5"])
    func listItemsAreAddressedByIndex(override: String) throws {
        let layers = try load(override).network.layers
        #expect(try layers[0].options.integer("kernel", in: 1...9, means: "test") == 5)
    }

    @Test func bareLayersTakeOptions() throws {
        let layers = try load("network.layers.1.relu.slope=2").network.layers
        #expect(try layers[1].options.integer("slope", in: 1...9, means: "test") == 2)
    }

    @Test(arguments: [
        ("training.epochs", "--set: training.epochs: has no '='; write --set key.path=value"),
        ("=3", "--set: isn't a key path"),
        ("training..epochs=3", "--set: training..epochs: isn't a key path"),
        ("training.epochs=", "--set: training.epochs: has no value; write training.epochs=null"),
        ("training.epochs=x", "--set: training.epochs: needs a number in 1 ... 1000000, found 'x'"),
        ("training.epoch=3", "--set: training.epoch: unknown key; did you mean 'epochs'?"),
        ("trainin.epochs=3", "--set: trainin: unknown key; did you mean 'training'?"),
        ("training.epochs.x=3", "--set: training.epochs.x: leads through 3, which holds no keys"),
        ("network.layers.2.relu=3", "has no item '2'; the list has items 0 ... 1"),
        ("network.layers.first=3", "has no item 'first'"),
        ("network.layers.-1=relu", "has no item '-1'"),
        ("training=3", "--set: training: needs a mapping (key: value), found 3"),
        ("run.directory=[", "--set: not valid YAML"),
        ("run.directory=*x", "--set: not valid YAML: found undefined alias"),
    ])
    func errorsInOverridesNameTheOverride(override: String, message: String) {
        let error = #expect(throws: ConfigurationError.self) { try load(override) }
        let found = error?.description ?? ""
        #expect(found.contains(message), "\(found)")
    }

    @Test func errorsInTheFileStillNameTheFile() {
        let yaml = "network: {layers: [relu]}\ntraining: {epoch: 3}\n"
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration(yaml: yaml, file: "t.yaml", overrides: ["training.seed=1"])
        }
        #expect(error?.description.hasPrefix("t.yaml:2: training.epoch: unknown key") == true)
    }
}
