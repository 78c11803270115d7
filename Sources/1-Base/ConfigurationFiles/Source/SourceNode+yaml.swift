import Yams

/// Limits for a document; one that exceeds them is a mistake or an attack.
private enum Limit {
    static let depth = 64
    static let nodes = 20_000
    /// Limits what the parser's check for duplicate keys may expand: 3^(32/3) nodes.
    static let aliases = 32
}

extension SourceNode {
    /// Reads one YAML document.
    ///
    /// - Parameters:
    ///   - yaml: The document.
    ///   - file: Its name in errors.
    ///   - hasLines: Whether line numbers of the document are meaningful to the user.
    /// - Returns: The document's root; nil for an empty document.
    /// - Throws: `ConfigurationError` for text that isn't YAML, and for what is not supported: tags, keys that aren't
    ///   words, too many aliases.
    static func parse(
        yaml: String,
        file: String,
        hasLines: Bool = true
    ) throws(ConfigurationError) -> SourceNode? {
        // Some editors begin a UTF-8 file with a byte-order mark.
        let yaml = yaml.unicodeScalars.first == "\u{FEFF}" ? String(yaml.unicodeScalars.dropFirst()) : yaml
        guard aliasCount(yaml) <= Limit.aliases else {
            throw ConfigurationError(
                file: file,
                problem: "uses more than \(Limit.aliases) aliases (*name)",
                hint: "write the values out"
            )
        }
        let root: Node?
        do {
            root = try Parser(yaml: yaml, resolver: .basic, encoding: .utf8).singleRoot()
        } catch {
            throw ConfigurationError(yamlError: error, yaml: yaml, file: file, hasLines: hasLines)
        }
        guard let root else { return nil }
        var importer = YAMLImporter(file: file, hasLines: hasLines)
        return try importer.node(root, depth: 0)
    }

    /// An upper bound on the number of aliases, before parsing: asterisks that a name could follow.
    private static func aliasCount(_ yaml: String) -> Int {
        zip(yaml.utf8, yaml.utf8.dropFirst()).count { first, second in
            guard first == UInt8(ascii: "*") else { return false }
            let next = Character(Unicode.Scalar(second))
            return next.isASCII && (next.isLetter || next.isNumber) || "_-".contains(next)
        }
    }

    /// The value as a YAML document, with short collections of scalars on one line.
    ///
    /// - Returns: Text that `parse` reads as the same value.
    func yaml() -> String {
        do {
            return try Yams.serialize(node: exported(depth: 0), width: -1, allowUnicode: true)
        } catch {
            preconditionFailure("YAML emitter: \(error)")
        }
    }

    private func exported(depth: Int) -> Node {
        switch content {
        case .scalar(let text, let isPlain):
            // A string that looks like null needs quotes; numbers and booleans don't, since the reader of the option
            // knows the type.
            let needsQuotes = !isPlain && SourceNode(content: .plain(text), location: location).isNull
            return .scalar(.init(text, Tag(.str), needsQuotes ? .singleQuoted : .any))
        case .sequence(let items):
            let nodes = items.map { $0.exported(depth: depth + 1) }
            return .sequence(.init(nodes, Tag(.seq), items.allSatisfy(\.isScalar) ? .flow : .block))
        case .mapping(let entries):
            let pairs = entries.map { entry in
                (Node.scalar(.init(entry.key, Tag(.str))), entry.value.exported(depth: depth + 1))
            }
            // Sections, at depth 1, have one line for each key; the options of a layer share one line.
            let isFlow = entries.isEmpty || depth > 1 && entries.allSatisfy(\.value.isScalar)
            return .mapping(.init(pairs, Tag(.map), isFlow ? .flow : .block))
        }
    }

    private var isScalar: Bool { text != nil }
}

/// Copies the parser's tree and counts the nodes, since an alias of a few bytes can stand for a whole tree.
private struct YAMLImporter {
    let file: String
    let hasLines: Bool
    private var nodeCount = 0

    init(file: String, hasLines: Bool) {
        self.file = file
        self.hasLines = hasLines
    }

    mutating func node(_ node: Node, depth: Int) throws(ConfigurationError) -> SourceNode {
        let location = SourceLocation(file: file, line: hasLines ? node.mark?.line : nil)
        nodeCount += 1
        guard depth <= Limit.depth else {
            throw error(location, "is nested deeper than \(Limit.depth) levels")
        }
        guard nodeCount <= Limit.nodes else {
            throw error(location, "expands to more than \(Limit.nodes) values", hint: "use fewer aliases (*name)")
        }
        let content: SourceNode.Content
        switch node {
        case .scalar(let scalar):
            guard scalar.tag == .implicit || scalar.tag == Tag(.str) else { throw tagError(scalar.tag, location) }
            content = .scalar(scalar.string, isPlain: scalar.style == .plain && scalar.tag == .implicit)
        case .sequence(let sequence):
            guard sequence.tag == .implicit else { throw tagError(sequence.tag, location) }
            var items: [SourceNode] = []
            for item in sequence { items.append(try self.node(item, depth: depth + 1)) }
            content = .sequence(items)
        case .mapping(let mapping):
            guard mapping.tag == .implicit else { throw tagError(mapping.tag, location) }
            content = .mapping(try entries(mapping, depth: depth))
        case .alias:
            preconditionFailure("the parser resolves aliases")
        }
        return SourceNode(content: content, location: location)
    }

    private mutating func entries(
        _ mapping: Node.Mapping,
        depth: Int
    ) throws(ConfigurationError) -> [SourceNode.Entry] {
        var entries: [SourceNode.Entry] = []
        for (key, value) in mapping {
            let location = SourceLocation(file: file, line: hasLines ? key.mark?.line : nil)
            guard let name = key.scalar?.string else {
                throw error(
                    location,
                    "has a list or mapping where a key is needed",
                    hint: "quote text that holds { or ["
                )
            }
            entries.append(
                SourceNode.Entry(key: name, location: location, value: try node(value, depth: depth + 1))
            )
        }
        return entries
    }

    private func tagError(_ tag: Tag, _ location: SourceLocation) -> ConfigurationError {
        error(location, "has a YAML tag, \(tag), which configurations don't use", hint: "remove it")
    }

    private func error(_ location: SourceLocation, _ problem: String, hint: String? = nil) -> ConfigurationError {
        ConfigurationError(file: location.file, line: location.line, problem: problem, hint: hint)
    }
}
