import ArgumentParser
import ConfigurationFiles
import Foundation

/// The options that name a configuration, and override its keys.
struct ConfigurationOptions: ParsableArguments {
    /// The kind of file: a training's configuration.
    enum Kind: DescribedFile {
        static let help: ArgumentHelp =
            "The configuration: a path, or a name in Configs/ (cnn.yaml, mlp.yaml, digits-cnn.yaml, ...)."
        static let plural = "configurations"
    }

    @OptionGroup var file: FileArgument<Kind>
    @OptionGroup var settings: OverrideOptions

    func validate() throws {
        if file.path == nil {
            throw ValidationError("a configuration is missing: --config FILE, such as --config digits-cnn.yaml")
        }
    }

    /// The configuration's path or name.
    var config: String { file.path ?? "" }

    /// The overrides, `key.path=value` each.
    var overrides: [String] { settings.overrides }

    /// The configuration's name in tables: that of the network's file.
    var name: String {
        let network = overrides.last { $0.hasPrefix("network=") }?.dropFirst("network=".count) ?? ""
        let isFile = !network.isEmpty && !network.hasPrefix("{") && !["null", "~"].contains(network)
        return Self.name(of: isFile ? String(network) : config)
    }

    func load() throws(ConfigurationError) -> Configuration { try Self.load(config, overrides: overrides) }

    /// A configuration's name in tables: the file's name without its ending.
    static func name(of config: String) -> String {
        URL(fileURLWithPath: config).deletingPathExtension().lastPathComponent
    }

    /// Reads a configuration, chooses the kernels that it asks for, and prints its notes.
    static func load(_ config: String, overrides: [String]) throws(ConfigurationError) -> Configuration {
        let configuration = try Configuration.load(path: config, overrides: overrides)
        try Startup.takeKernels(of: configuration, path: config)
        for note in configuration.notes { Failure.tell("note: \(note)") }
        return configuration
    }
}
