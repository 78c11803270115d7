import ArgumentParser
import Checkpoints
import ConfigurationFiles
import Foundation

/// The options that name the configuration of a checkpoint; by default that of its run folder.
struct CheckpointConfigurationOptions: ParsableArguments {
    @Option(
        help: "The configuration (default: config.yaml of the checkpoint's run folder).",
        completion: CompletionSource.configuration.kind
    )
    var config: String?

    @OptionGroup var settings: OverrideOptions

    func load(besides checkpoint: String) throws -> Configuration {
        let path = try config ?? Self.configurationPath(besides: checkpoint)
        let configuration = try Configuration.load(path: path, overrides: settings.overrides)
        try Startup.takeKernels(of: configuration, path: path)
        return configuration
    }

    /// Finds the run's configuration above a checkpoint.
    private static func configurationPath(besides checkpoint: String) throws -> String {
        var folder = URL(fileURLWithPath: checkpoint).standardizedFileURL
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent(Configuration.fileName).path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        // Reports a path that isn't a checkpoint as such.
        _ = try CheckpointStore.load(checkpoint)
        throw ConfigurationError(
            file: checkpoint,
            problem: "no run folder's config.yaml was found there or above",
            hint: "give --config"
        )
    }
}
