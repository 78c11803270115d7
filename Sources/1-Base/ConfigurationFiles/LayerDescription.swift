/// A layer in a configuration: its kind, and the options of that kind.
package struct LayerDescription {
    /// The layer's kind, such as `conv2d`; not checked yet.
    package let kind: String
    /// The layer's options, empty for a bare kind.
    ///
    /// The code that creates the layer reads them and calls `finish()`.
    package let options: OptionReader

    /// Reads an item of a list of layers.
    ///
    /// - Parameters:
    ///   - node: `kind`, or `kind: {options}`.
    ///   - keyPath: The key path of the item.
    /// - Throws: `ConfigurationError` for an item of another form.
    init(_ node: SourceNode, keyPath: String) throws(ConfigurationError) {
        let prefix = keyPath.isEmpty ? "" : keyPath + "."
        switch node.content {
        case .scalar(let word, isPlain: _) where !node.isNull && node.number == nil:
            kind = word
            options = try OptionReader(nil, keyPath: prefix + word, location: node.location)
        case .mapping(let entries) where entries.count == 1:
            let entry = entries[0]
            kind = entry.key
            options = try OptionReader(entry.value, keyPath: prefix + kind, location: entry.location)
        default:
            let keys = if case .mapping(let entries) = node.content { entries.map(\.key) } else { [String]() }
            throw ConfigurationError(
                file: node.location.file,
                line: node.location.line,
                keyPath: keyPath,
                problem: "needs one layer, found "
                    + (keys.isEmpty ? node.summary : "the keys \(keys.joined(separator: ", "))"),
                hint: "write '- relu', or '- conv2d: {outputChannels: 32, kernel: 3}'"
            )
        }
    }

    /// Reads a single layer, as on a command line.
    ///
    /// - Parameters:
    ///   - yaml: `kind`, or `kind: {options}`.
    ///   - source: The origin of the text, for errors.
    /// - Throws: `ConfigurationError` for a text of another form.
    package init(yaml: String, source: String) throws(ConfigurationError) {
        let empty = SourceNode(content: .null, location: SourceLocation(file: source, line: nil))
        try self.init(SourceNode.parse(yaml: yaml, file: source, hasLines: false) ?? empty, keyPath: "")
    }

    /// An error located at this layer, such as an input shape that doesn't fit.
    ///
    /// - Parameters:
    ///   - problem: What was expected, and what was found.
    ///   - hint: What to do about it.
    /// - Returns: The error, to be thrown.
    package func error(_ problem: String, hint: String? = nil) -> ConfigurationError {
        options.error(nil, problem, hint: hint)
    }

    /// An error for an unknown kind of layer.
    ///
    /// - Parameter valid: The known kinds.
    /// - Returns: The error, to be thrown.
    package func unknownKind(valid: [String]) -> ConfigurationError {
        error("unknown layer '\(kind)'", hint: Spelling.hint(for: kind, valid: valid.sorted()))
    }

    /// The layer with its defaults filled in.
    var resolved: SourceNode {
        let values = options.resolved
        if case .mapping(let entries) = values.content, entries.isEmpty {
            return SourceNode(content: .scalar(kind, isPlain: false), location: options.location)
        }
        let entry = SourceNode.Entry(key: kind, location: options.location, value: values)
        return SourceNode(content: .mapping([entry]), location: options.location)
    }
}
