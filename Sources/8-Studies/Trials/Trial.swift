import Assembly
package import ConfigurationFiles

/// One training run of an experiment or a sweep: a configuration, and the number of epochs.
package struct Trial: Sendable, Equatable {
    /// The name of its run folder.
    package let name: String
    /// A label for people; by default the name.
    package let label: String
    /// The number of epochs; if it is smaller than configured, the run can be continued later.
    package let epochs: Int
    /// The configuration's file or name, which `train` gets.
    package let configurationPath: String
    /// The overrides that `train` gets.
    package let overrides: [String]
    /// The configuration with all defaults, as it will be in the run folder.
    package let configurationText: String

    /// Creates a trial, and checks its configuration including the layers' shapes.
    ///
    /// - Parameters:
    ///   - name: The name of its run folder.
    ///   - configurationPath: A configuration's file, or its name in `Configs`.
    ///   - overrides: Texts `key.path=value`, applied in order.
    ///   - epochs: The number of epochs; by default as configured.
    ///   - label: A label for people; by default the name.
    /// - Throws: `ConfigurationError`, such as for an unknown key.
    package init(
        name: String,
        configurationPath: String,
        overrides: [String],
        epochs: Int? = nil,
        label: String? = nil
    ) throws(ConfigurationError) {
        let configuration = try Configuration.load(path: configurationPath, overrides: overrides)
        // The defaults of the layers' options are known only after the network has been made.
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

    /// The same trial with another number of epochs.
    ///
    /// - Parameter epochs: The number of epochs, at most as configured.
    /// - Returns: The trial, with the same run folder.
    package func trained(epochs: Int) -> Trial { Trial(self, epochs: epochs) }
}
