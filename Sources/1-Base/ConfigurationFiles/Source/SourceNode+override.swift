extension SourceNode {
    /// Applies a `key.path=value` from the command line.
    ///
    /// The value is YAML. Missing mappings along the path are created; items of a list are given by their index from 0,
    /// as in `network.layers.0.conv2d.kernel` or `network.layers[0].conv2d.kernel`.
    ///
    /// - Parameter override: The text after `--set`.
    /// - Throws: `ConfigurationError` for a malformed override, or a path through a scalar.
    mutating func apply(override: String) throws(ConfigurationError) {
        guard let equals = override.firstIndex(of: "=") else {
            throw .inOverride(override, "has no '='", hint: "write --set key.path=value")
        }
        let path = String(override[..<equals])
        let keys = path.replacing("[", with: ".").replacing("]", with: "")
            .split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !keys.contains("") else {
            throw .inOverride(path, "isn't a key path", hint: "write --set key.path=value")
        }
        let text = String(override[override.index(after: equals)...])
        guard let value = try Self.parse(yaml: text, file: SourceLocation.commandLine.file, hasLines: false) else {
            throw .inOverride(path, "has no value", hint: "write \(path)=null to go back to the default")
        }
        try set(keys[...], to: value, path: path)
    }

    private mutating func set(
        _ keys: ArraySlice<String>,
        to value: SourceNode,
        path: String
    ) throws(ConfigurationError) {
        guard let key = keys.first else {
            self = value
            return
        }
        // A layer without options may be a plain word: `relu` is short for `relu: {}`.
        if isNull || text == key { content = .mapping([]) }
        switch content {
        case .mapping(var entries):
            let empty = SourceNode(content: .null, location: SourceLocation.commandLine)
            let index = entries.firstIndex { $0.key == key } ?? entries.endIndex
            if index == entries.endIndex {
                entries.append(Entry(key: key, location: SourceLocation.commandLine, value: empty))
            }
            try entries[index].value.set(keys.dropFirst(), to: value, path: path)
            // The command line is the location of this value only, not of the mapping.
            if keys.count == 1 { entries[index].location = SourceLocation.commandLine }
            content = .mapping(entries)
        case .sequence(var items):
            guard let index = Int(key), items.indices.contains(index) else {
                let valid = items.isEmpty ? "the list is empty" : "the list has items 0 ... \(items.count - 1)"
                throw .inOverride(path, "has no item '\(key)'", hint: valid)
            }
            try items[index].set(keys.dropFirst(), to: value, path: path)
            content = .sequence(items)
        case .scalar:
            throw .inOverride(path, "leads through \(summary), which holds no keys")
        }
    }
}

extension ConfigurationError {
    fileprivate static func inOverride(_ path: String, _ problem: String, hint: String? = nil) -> ConfigurationError {
        ConfigurationError(file: "--set", keyPath: path, problem: problem, hint: hint)
    }
}
