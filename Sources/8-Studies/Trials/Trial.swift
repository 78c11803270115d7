package import Configuration
import Training

/// One training run of an experiment or a sweep: a configuration, and how far to train it.
package struct Trial: Sendable, Equatable {
    /// The name of its run folder.
    package let name: String
    /// What tells it from the others, for people: its name, unless said otherwise.
    package let label: String
    /// Epochs to train for; fewer than configured leave the run to be gone on with later.
    package let epochs: Int
    /// The configuration's file or name, as it is handed to `train`.
    package let configurationPath: String
    /// The overrides that are handed to `train`.
    package let overrides: [String]
    /// The configuration with every default filled in, as the run folder will hold it.
    package let configurationText: String

    /// Describes a trial, and checks its configuration down to the layers' shapes.
    ///
    /// - Parameters:
    ///   - name: The name of its run folder.
    ///   - configurationPath: A configuration's file, or its name in `Configs`.
    ///   - overrides: Texts `key.path=value`, applied in order.
    ///   - epochs: Epochs to train for; by default all that are configured.
    ///   - label: What tells it from the others, for people; by default its name.
    /// - Throws: `ConfigurationError`, such as for an unknown key.
    package init(
        name: String,
        configurationPath: String,
        overrides: [String],
        epochs: Int? = nil,
        label: String? = nil
    ) throws(ConfigurationError) {
        let configuration = try Configuration.load(path: configurationPath, overrides: overrides)
        // The layers' options have their defaults only once the network is made.
        _ = try configuration.makeNetwork(maximumBatch: 1)
        self.name = name
        self.label = label ?? name
        self.configurationPath = configurationPath
        self.overrides = overrides
        self.epochs = min(epochs ?? .max, configuration.training.epochs)
        configurationText = configuration.resolvedYAML()
    }

    private init(_ trial: Trial, epochs: Int) {
        name = trial.name
        label = trial.label
        configurationPath = trial.configurationPath
        overrides = trial.overrides
        configurationText = trial.configurationText
        self.epochs = epochs
    }

    /// The same trial, trained further or less far.
    ///
    /// - Parameter epochs: Epochs to train for, at most those configured.
    /// - Returns: The trial, of the same run folder.
    package func trained(epochs: Int) -> Trial { Trial(self, epochs: epochs) }
}
