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

    /// What of the file doesn't count, because the command line chooses otherwise.
    public let notes: [String]

    /// The file that it was read from.
    public var file: String { root.file }

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
        try node.takeNetworkFromItsFile()
        let root = try OptionReader(node, keyPath: "", location: SourceLocation(file: file, line: nil))
        try root.requireKind(.run)
        guard root.keys.contains("network") else { throw root.missing("network", "at least layers") }
        try self.init(root, file: file)
    }

    private init(_ root: OptionReader, file: String) throws(ConfigurationError) {
        self.root = root
        dataset = try DatasetOptions(root.section("dataset", means: "what the network learns from"))
        network = try NetworkOptions(root.section("network", means: "what is trained"))
        loss = try LossOptions(root.section("loss", means: "what training makes small"))
        optimizer = try OptimizerOptions(root.section("optimizer", means: "how weights follow gradients"))
        schedule = try ScheduleOptions(root.section("schedule", means: "how the learning rate changes over the run"))
        augmentation = try AugmentationOptions(root.section("augmentation", means: "how training samples are varied"))
        training = try TrainingOptions(root.section("training", means: "how much, and in what portions"))
        parallel = try ParallelOptions(root.section("parallel", means: "how ranks and threads share the work"))
        let evaluationReader = try root.section("evaluation", means: "when, and on what, a network is tested meanwhile")
        evaluation = try EvaluationOptions(evaluationReader)
        checkpoint = try CheckpointOptions(root.section("checkpoint", means: "what is kept of the weights"))
        logging = try LoggingOptions(root.section("logging", means: "what is written while training goes on"))
        run = try RunOptions(root.section("run", means: "where results go"), file: file)
        try root.finish()
        notes = ["optimizer", "schedule"].flatMap { section in
            root.droppedPlaces(inSection: section).map { "\($0) is left out: it goes with another \(section)" }
        }
        try requireValidationSamples(evaluationReader)
    }

    private func requireValidationSamples(_ reader: OptionReader) throws(ConfigurationError) {
        guard evaluation.samples == .validation, dataset.validationFraction == 0, !reader.isSample else { return }
        throw reader.error(
            "on",
            "needs samples that are set apart, found none",
            hint: "set dataset.validationFraction, as to 0.1"
        )
    }

    /// Every key that a configuration can have, but for the options of layers.
    ///
    /// - Returns: A section for each of the file's.
    /// - Throws: `ConfigurationError` where the sections refuse their own defaults.
    package static func reference() throws(ConfigurationError) -> ConfigurationReference {
        try ConfigurationReference { root throws(ConfigurationError) in _ = try Configuration(root, file: root.file) }
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
