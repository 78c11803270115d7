/// Everything a run is told: a YAML file, with overrides from the command line, checked key by key.
public struct Configuration {
    /// What the network learns from.
    public let dataset: DatasetOptions
    /// What is trained.
    public let network: NetworkOptions
    /// What training makes small.
    public let loss: LossOptions
    /// How weights follow gradients.
    public let optimizer: OptimizerOptions
    /// How the learning rate changes over the run.
    public let schedule: ScheduleOptions
    /// How training samples are varied.
    public let augmentation: AugmentationOptions
    /// How much and in what portions.
    public let training: TrainingOptions
    /// How ranks and threads share the work.
    public let parallel: ParallelOptions
    /// When the test set is looked at.
    public let evaluation: EvaluationOptions
    /// What is kept of the weights.
    public let checkpoint: CheckpointOptions
    /// What is said on the way.
    public let logging: LoggingOptions
    /// Where results go.
    public let run: RunOptions

    private let root: OptionReader

    /// Finds and reads a configuration file.
    ///
    /// - Parameters:
    ///   - path: The file, or its name in `Configs`, with or without `.yaml`.
    ///   - overrides: Texts `key.path=value`, applied in order, with the same checks as the file.
    /// - Returns: The configuration. The options of layers are checked when the network is made.
    /// - Throws: `ConfigurationError`.
    public static func load(path: String, overrides: [String] = []) throws(ConfigurationError) -> Configuration {
        let file = try ConfigurationFile.locate(path)
        return try Configuration(yaml: ConfigurationFile.read(file), file: file, overrides: overrides)
    }

    /// Reads a configuration from its text.
    ///
    /// - Parameters:
    ///   - yaml: The text.
    ///   - file: The file it came from, for errors and for the default of `run.directory`.
    ///   - overrides: Texts `key.path=value`, applied in order.
    /// - Throws: `ConfigurationError`.
    public init(yaml: String, file: String, overrides: [String] = []) throws(ConfigurationError) {
        guard var node = try SourceNode.parse(yaml: yaml, file: file), !node.isNull else {
            throw ConfigurationError(
                file: file,
                problem: "is empty",
                hint: "it needs at least network.layers; see Configs/mlp.yaml"
            )
        }
        for override in overrides { try node.apply(override: override) }
        root = try OptionReader(node, keyPath: "", location: SourceLocation(file: file, line: nil))
        try root.requireKind(.run)
        guard root.keys.contains("network") else { throw root.missing("network", "at least layers") }
        dataset = try DatasetOptions(root.section("dataset"))
        network = try NetworkOptions(root.section("network"))
        loss = try LossOptions(root.section("loss"))
        optimizer = try OptimizerOptions(root.section("optimizer"))
        schedule = try ScheduleOptions(root.section("schedule"))
        augmentation = try AugmentationOptions(root.section("augmentation"), dataset: dataset.name)
        training = try TrainingOptions(root.section("training"))
        parallel = try ParallelOptions(root.section("parallel"))
        evaluation = try EvaluationOptions(root.section("evaluation"))
        checkpoint = try CheckpointOptions(root.section("checkpoint"))
        logging = try LoggingOptions(root.section("logging"))
        run = try RunOptions(root.section("run"), file: file)
        try root.finish()
    }

    /// The complete configuration, with every default filled in, in one canonical form.
    ///
    /// Print it after the network is made: until then, the options of layers are only those given.
    ///
    /// - Returns: YAML that reads back as the same configuration.
    public func resolvedYAML() -> String {
        root.resolved.yaml()
    }
}
