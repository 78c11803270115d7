import Foundation

/// The section `run`: where results go.
public struct RunOptions: Sendable {
    /// The run folder; `runs/` and the configuration file's name without extension, unless set.
    public let directory: String

    init(_ options: OptionReader, file: String) throws(ConfigurationError) {
        let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        directory = try options.string(
            "directory",
            default: "runs/\(stem)",
            means: "the run folder; else runs/ and this file's name"
        )
        guard !directory.isEmpty else { throw options.error("directory", "needs a folder's path, found ''") }
        try options.finish()
    }
}
