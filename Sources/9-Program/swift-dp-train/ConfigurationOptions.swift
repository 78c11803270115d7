import ArgumentParser
import Configuration
import Foundation

/// The options that name a configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: "The configuration: a path, or a name in Configs/ (cnn.yaml, mlp.yaml, digits-cnn.yaml, ...).")
    var config: String

    @Option(
        name: .customLong("set"),
        parsing: .singleValue,
        help: ArgumentHelp(
            "Overrides a key of the file, with the same checks; can be repeated.",
            valueName: "key.path=value"
        )
    )
    var overrides: [String] = []

    func load() throws(ConfigurationError) -> Configuration {
        let configuration = try Configuration.load(path: config, overrides: overrides)
        try Startup.takeKernels(of: configuration, path: config)
        return configuration
    }

    /// The configuration's name in tables: the file's name without its ending.
    var name: String { URL(fileURLWithPath: config).deletingPathExtension().lastPathComponent }
}
