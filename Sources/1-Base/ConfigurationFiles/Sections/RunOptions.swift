import Foundation

/// The section `run`: the run folder.
package struct RunOptions: Sendable {
    /// The run folder.
    ///
    /// By default `runs/` and the file's name without extension, or for a run's own `config.yaml` that run's folder.
    package let directory: String

    init(_ options: OptionReader, file: String) throws(ConfigurationError) {
        directory = try options.string(
            "directory",
            default: Self.defaultDirectory(besides: file),
            means: "the run folder; else runs/ and this file's name"
        )
        guard !directory.isEmpty else { throw options.error("directory", "needs a folder's path, found ''") }
        // The resolved configuration leaves it out: another run with the same file must not write into this folder.
        options.resolve("directory", .value(.null))
        try options.finish()
    }

    private static func defaultDirectory(besides file: String) -> String {
        let url = URL(fileURLWithPath: file)
        let folder = url.deletingLastPathComponent().relativePath
        let isOfRun =
            url.lastPathComponent == Configuration.fileName
            && FileManager.default.fileExists(atPath: folder + "/metrics.jsonl")
        return isOfRun ? folder : "runs/\(url.deletingPathExtension().lastPathComponent)"
    }
}
