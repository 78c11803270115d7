import ArgumentParser
import ConfigurationFiles
import Foundation
import Training

/// Where the values of an argument come from, unless they are files or a list of words.
enum CompletionSource: String {
    /// A configuration: a name in `Configs`, or a YAML file.
    case configuration
    /// A run folder, a checkpoint in it, or a file of weights.
    case checkpoint
    /// What `--resume` accepts: a checkpoint, or a keyword.
    case resume
    /// A key of a configuration, for `--set`.
    case setting

    /// The declaration of an argument uses a field of the parser's description that takes any text.
    var kind: CompletionKind { .shellCommand(rawValue) }

    /// The values with this prefix.
    func values(beginning prefix: String) -> [String] {
        switch self {
        case .configuration:
            let names = Set(ConfigurationFile.names()).union(Self.paths(beginning: prefix) { $0.hasSuffix(".yaml") })
            return names.filter { $0.hasPrefix(prefix) }.sorted()
        case .checkpoint:
            let runs = prefix.isEmpty ? Self.paths(beginning: "runs/") { _ in false } : []
            return runs + Self.paths(beginning: prefix) { $0.hasSuffix(".safetensors") }
        case .resume:
            return ResumePolicy.words.filter { $0.hasPrefix(prefix) }
                + Self.checkpoint.values(beginning: prefix)
        case .setting:
            let sections = (try? Configuration.reference())?.sections ?? []
            let keys = sections.flatMap { section in section.options.map { "\(section.title).\($0.key)=" } }
            return keys.filter { $0.hasPrefix(prefix) }
        }
    }

    /// The paths with this prefix; those of folders end with a slash.
    static func paths(beginning prefix: String, where isWanted: (String) -> Bool = { _ in true }) -> [String] {
        let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
        let place = folder.isEmpty ? "./" : (folder as NSString).expandingTildeInPath + "/"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        let begun = prefix.dropFirst(folder.count)
        return names.filter { $0.hasPrefix(begun) && (begun.hasPrefix(".") || !$0.hasPrefix(".")) }.sorted()
            .compactMap { name in
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: place + name, isDirectory: &isFolder) else { return nil }
                return isFolder.boolValue ? "\(folder)\(name)/" : isWanted(name) ? folder + name : nil
            }
    }
}
