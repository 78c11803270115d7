import ArgumentParser
import Configuration
import Foundation

/// The options that name a configuration.
struct ConfigurationOptions: ParsableArguments {
    @Argument(
        help: "The configuration: a path, or a name in Configs/ (cnn.yaml, mlp.yaml, digits-cnn.yaml, ...).",
        completion: .custom(Completions.configurations)
    )
    var file: String?

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The same.", valueName: "file"),
        completion: .custom(Completions.configurations)
    )
    var fileOption: String?

    @Option(
        name: .customLong("set"),
        parsing: .singleValue,
        help: ArgumentHelp(
            "Overrides a key of the file, with the same checks; can be repeated.",
            valueName: "key.path=value"
        )
    )
    var overrides: [String] = []

    func validate() throws {
        if file == nil, fileOption == nil {
            throw ValidationError("a configuration is missing: --config FILE, such as --config digits-cnn.yaml")
        }
        if let file, let fileOption {
            throw ValidationError("two configurations found, '\(file)' and '\(fileOption)', one needed")
        }
    }

    /// The configuration's path or name.
    var config: String { fileOption ?? file ?? "" }

    func load() throws(ConfigurationError) -> Configuration {
        let configuration = try Configuration.load(path: config, overrides: overrides)
        try Startup.takeKernels(of: configuration, path: config)
        for note in configuration.notes { Failure.tell("note: \(note)") }
        return configuration
    }

    /// The configuration's name in tables: the file's name without its ending.
    var name: String { URL(fileURLWithPath: config).deletingPathExtension().lastPathComponent }
}
