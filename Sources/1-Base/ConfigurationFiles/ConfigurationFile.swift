package import Foundation
import Processes

/// Finds and reads configuration files.
package enum ConfigurationFile {
    /// The largest file that is read, in bytes: more than any configuration needs.
    package static let sizeLimit = 1 << 20

    /// Finds a configuration.
    ///
    /// - Parameters:
    ///   - path: A path, or a name in one of the folders `Configs`, with or without `.yaml`.
    ///   - executable: The running program, near which `Configs` is looked for.
    /// - Returns: The path of a file that exists.
    /// - Throws: `ConfigurationError` that lists the places that were searched.
    package static func locate(
        _ path: String,
        executable: URL? = Bundle.main.executableURL
    ) throws(ConfigurationError) -> String {
        guard !path.isEmpty else {
            throw ConfigurationError(
                file: "configuration",
                problem: "its path is empty",
                hint: "give a file, or a name in Configs such as mlp.yaml"
            )
        }
        let folders = ["Configs/"] + (executable.map(configFolders) ?? [])
        let places = path.hasPrefix("/") ? [path] : [path] + folders.map { $0 + path }
        let candidates = places.flatMap { path.hasSuffix(".yaml") ? [$0] : [$0, $0 + ".yaml"] }
        if let found = candidates.first(where: isFile) { return found }
        if let folder = candidates.first(where: FileManager.default.fileExists) {
            throw ConfigurationError(file: folder, problem: "is a folder", hint: "give a YAML file")
        }
        throw ConfigurationError(
            file: path,
            problem: "no such configuration file",
            hint: "looked for \(candidates.joined(separator: ", "))"
        )
    }

    /// The names of the files in the folders `Configs` and `Configs/experiments`.
    package static func names(executable: URL? = Bundle.main.executableURL) -> [String] {
        let folders = (["Configs/"] + (executable.map(configFolders) ?? [])).flatMap {
            [($0, ""), ($0, "experiments/")]
        }
        return folders.flatMap { folder, below in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder + below)) ?? [])
                .filter { $0.hasSuffix(".yaml") }.map { below + $0 }
        }
    }

    /// Reads a configuration file.
    ///
    /// - Parameter path: The file.
    /// - Returns: Its text.
    /// - Throws: `ConfigurationError` for a file that can't be read, is too large, or isn't UTF-8.
    package static func read(_ path: String) throws(ConfigurationError) -> String {
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            data = try file.read(upToCount: sizeLimit + 1) ?? Data()
        } catch {
            throw ConfigurationError(file: path, problem: "can't be read: \(error.systemReason)")
        }
        guard data.count <= sizeLimit else {
            throw ConfigurationError(
                file: path,
                problem: "is larger than 1 MiB",
                hint: "is it really a configuration?"
            )
        }
        if let text = String(validating: data, as: UTF8.self) { return text }
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
        throw ConfigurationError(file: path, line: line, problem: "isn't UTF-8 text", hint: "save the file as UTF-8")
    }

    /// Whether a configuration comes from a pipe, which can be read only once.
    package static func isReadOnce(_ path: String) -> Bool {
        guard let file = try? locate(path),
            let type = try? FileManager.default.attributesOfItem(
                atPath: URL(fileURLWithPath: file).resolvingSymlinksInPath().path
            )[.type] as? FileAttributeType
        else { return true }
        return type != .typeRegular
    }

    /// The `Configs` folders of the package in which the program was built, and of its installation.
    private static func configFolders(executable: URL) -> [String] {
        let folder = executable.deletingLastPathComponent()
        // The program is in PREFIX/bin or PREFIX/lib/swift-dp-train.
        let prefixes = [
            folder.deletingLastPathComponent(), folder.deletingLastPathComponent().deletingLastPathComponent(),
        ]
        var folders = prefixes.map { $0.path + "/share/swift-dp-train/Configs/" }
        let components = folder.pathComponents
        if let build = components.firstIndex(where: { $0.hasPrefix(".build") }) {
            let package = NSString.path(withComponents: Array(components[..<build]))
            folders.insert(package + "/Configs/", at: 0)
        }
        return folders
    }

    /// Whether there is a file.
    ///
    /// Pipes count, so that a shell can generate a configuration; folders don't.
    private static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }
}
