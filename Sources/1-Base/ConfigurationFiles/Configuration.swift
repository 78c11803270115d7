/// The settings of a run, from a YAML file and overrides from the command line, checked key by key.
package struct Configuration {
    /// The name of the resolved configuration in a run's folder.
    package static let fileName = "config.yaml"

    /// The data set.
    package let dataset: DatasetOptions
    /// The network.
    package let network: NetworkOptions
    /// The loss function.
    package let loss: LossOptions
    /// The optimizer.
    package let optimizer: OptimizerOptions
    /// The learning rate over the run.
    package let schedule: ScheduleOptions
    /// How training samples are augmented.
    package let augmentation: AugmentationOptions
    /// A moving average of the weights.
    package let averaging: AveragingOptions
    /// Batch size, epochs and seed.
    package let training: TrainingOptions
    /// How ranks and threads share the work.
    package let parallel: ParallelOptions
    /// When, and on what, the network is evaluated.
    package let evaluation: EvaluationOptions
    /// When checkpoints are written, and which are kept.
    package let checkpoint: CheckpointOptions
    /// How often metrics are logged.
    package let logging: LoggingOptions
    /// The run folder.
    package let run: RunOptions

    /// Notes on keys of the file that were ignored because an override chose something else.
    package let notes: [String]

    /// The file from which it was read.
    package var file: String { root.file }

    private let root: OptionReader

    /// Finds and reads a configuration file.
    ///
    /// - Parameters:
    ///   - path: The file, or its name in `Configs`, with or without `.yaml`.
    ///   - overrides: Texts `key.path=value`, applied in order, checked like the file.
    /// - Returns: The configuration. The options of layers are checked when the network is created.
    /// - Throws: `ConfigurationError`.
    package static func load(path: String, overrides: [String] = []) throws(ConfigurationError) -> Configuration {
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
    package init(yaml: String, file: String, overrides: [String] = []) throws(ConfigurationError) {
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
        dataset = try DatasetOptions(root.section("dataset", means: "the data set"))
        network = try NetworkOptions(root.section("network", means: "the layers and their initial weights"))
        loss = try LossOptions(root.section("loss", means: "the loss function"))
        optimizer = try OptimizerOptions(root.section("optimizer", means: "how weights are updated"))
        schedule = try ScheduleOptions(root.section("schedule", means: "how the learning rate changes over the run"))
        augmentation = try AugmentationOptions(root.section("augmentation", means: "random changes of training images"))
        averaging = try AveragingOptions(root.section("averaging", means: "a moving average of the weights"))
        training = try TrainingOptions(root.section("training", means: "batch size, epochs and seed"))
        parallel = try ParallelOptions(root.section("parallel", means: "how ranks and threads share the work"))
        let evaluationReader = try root.section("evaluation", means: "when, and on what, the network is evaluated")
        evaluation = try EvaluationOptions(evaluationReader)
        checkpoint = try CheckpointOptions(
            root.section("checkpoint", means: "when checkpoints are written, and which are kept")
        )
        logging = try LoggingOptions(root.section("logging", means: "progress logging"))
        run = try RunOptions(root.section("run", means: "the run folder"), file: file)
        try root.finish()
        notes = ["optimizer", "schedule", "averaging"].flatMap { section in
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

    /// Makes an error about a key of a section.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - section: Its section.
    ///   - problem: What is wrong.
    ///   - hint: What to do about it.
    /// - Returns: The error, to be thrown.
    package func error(
        _ key: String,
        inSection section: String,
        _ problem: String,
        hint: String
    ) -> ConfigurationError {
        // Sections have been read before, so this can't throw.
        let reader = (try? root.section(section, means: "")) ?? root
        return reader.error(key, problem, hint: hint)
    }

    /// Describes every key of a configuration, except the options of layers.
    ///
    /// - Returns: One section for each section of the file.
    /// - Throws: `ConfigurationError` if a section rejects its own defaults.
    package static func reference() throws(ConfigurationError) -> ConfigurationReference {
        try ConfigurationReference { root throws(ConfigurationError) in _ = try Configuration(root, file: root.file) }
    }

    /// The complete configuration with all defaults, in a canonical form.
    ///
    /// Call it after the network has been created: before that, the defaults of layers are missing.
    ///
    /// - Returns: YAML that reads back as the same configuration.
    package func resolvedYAML() -> String {
        root.resolved.yaml()
    }
}
