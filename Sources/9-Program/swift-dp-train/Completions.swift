import ConfigurationFiles
import Foundation

/// What shells offer where a word of a command line is begun.
enum Completions {
    /// Configurations: names in `Configs`, and YAML files below the folder that is begun.
    @Sendable static func configurations(words: [String], position: Int, prefix: String) -> [String] {
        Array(Set(ConfigurationFile.names() + files(beginning: prefix) { $0.hasSuffix(".yaml") }))
            .filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// What `--resume` takes: words, run folders and checkpoints.
    @Sendable static func resumePolicies(words: [String], position: Int, prefix: String) -> [String] {
        let runs = prefix.isEmpty ? files(beginning: "runs/") { _ in false } : []
        return (["auto", "never", "replace"] + runs + files(beginning: prefix) { $0.hasSuffix(".safetensors") })
            .filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// The files and folders whose paths begin so; folders end with a slash.
    private static func files(beginning prefix: String, where isWanted: (String) -> Bool) -> [String] {
        let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        return names.filter { !$0.hasPrefix(".") }.compactMap { name in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder) else { return nil }
            return isFolder.boolValue ? "\(folder)\(name)/" : isWanted(name) ? folder + name : nil
        }
    }
}
