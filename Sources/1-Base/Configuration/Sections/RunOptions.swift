import Foundation

/// The section `run`: where results go.
public struct RunOptions: Sendable {
    /// The run folder, unless set: where the file is a run's own `config.yaml`, that run's folder; else `runs/` and the
    /// file's name without extension.
    public let directory: String

    init(_ options: OptionReader, file: String) throws(ConfigurationError) {
        directory = try options.string(
            "directory",
            default: Self.defaultDirectory(besides: file),
            means: "the run folder; else runs/ and this file's name"
        )
        guard !directory.isEmpty else { throw options.error("directory", "needs a folder's path, found ''") }
        // Where a run was written to is no setting of it: another run with the same file must not lead there.
        options.resolve("directory", .value(.null))
        try options.finish()
    }

    private static func defaultDirectory(besides file: String) -> String {
        let url = URL(fileURLWithPath: file)
        let folder = url.deletingLastPathComponent().relativePath
        let isOfRun =
            url.lastPathComponent == "config.yaml"
            && FileManager.default.fileExists(atPath: folder + "/metrics.jsonl")
        return isOfRun ? folder : "runs/\(url.deletingPathExtension().lastPathComponent)"
    }
}
