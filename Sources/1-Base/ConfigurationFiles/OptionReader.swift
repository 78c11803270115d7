/// Reads the options of one mapping of a configuration, by key, type and range.
///
/// A reader remembers which keys were read and what their values were. So `finish()` can report unknown keys, and the
/// complete configuration can be printed with its defaults. A key whose value is null counts as absent. Each read also
/// gives the meaning of its key, so that the configuration reference is complete. A reader may only be used on the
/// thread that loaded the configuration.
package final class OptionReader {
    enum Resolution {
        case value(SourceNode.Content)
        case section(OptionReader)
        case layers([LayerDescription])
        case branches([[LayerDescription]])
    }

    /// The key path of this mapping; empty for the whole file.
    package let keyPath: String

    let location: SourceLocation
    private let entries: [SourceNode.Entry]
    /// The keys that were read, in the order of the first read, in which they are printed.
    private var askedKeys: [String] = []
    private var resolutions: [String: Resolution] = [:]
    private var descriptions: [String: OptionDescription] = [:]
    /// Whether a missing required key gets some valid value, as for the configuration reference.
    package let isSample: Bool
    /// Keys that were ignored because the command line chose another word.
    private var droppedKeys: [String] = []

    /// Reads a mapping.
    ///
    /// - Parameters:
    ///   - node: The mapping; nil and null count as empty.
    ///   - keyPath: The key path of the mapping.
    ///   - location: Where the mapping is, or would be.
    ///   - isSample: Whether a missing required key gets some valid value; by default it is an error.
    /// - Throws: `ConfigurationError` for a scalar or a list.
    init(
        _ node: SourceNode?,
        keyPath: String,
        location: SourceLocation,
        isSample: Bool = false
    ) throws(ConfigurationError) {
        self.keyPath = keyPath
        self.location = location
        self.isSample = isSample
        switch node?.content {
        case .mapping(let entries): self.entries = entries
        case .some where node?.isNull == false:
            throw ConfigurationError(
                file: location.file,
                line: location.line,
                keyPath: keyPath,
                problem: "needs a mapping (key: value), found \(node?.summary ?? "nothing")"
            )
        default: entries = []
        }
    }

    /// Reads a mapping from its text, for tests.
    ///
    /// - Parameter yaml: A YAML mapping.
    /// - Throws: `ConfigurationError`.
    package convenience init(yaml: String) throws(ConfigurationError) {
        let location = SourceLocation(file: "yaml", line: nil)
        try self.init(SourceNode.parse(yaml: yaml, file: location.file), keyPath: "", location: location)
    }

    /// The mapping under a key, empty when absent.
    ///
    /// - Parameters:
    ///   - key: The section's name.
    ///   - meaning: What its keys are about.
    /// - Returns: A reader, the same one for each call.
    /// - Throws: `ConfigurationError` if the value isn't a mapping.
    package func section(_ key: String, means meaning: String) throws(ConfigurationError) -> OptionReader {
        if case .section(let reader) = resolutions[key] { return reader }
        describe(key, values: "keys", default: nil, meaning, isSection: true)
        let node = value(key)
        let reader = try OptionReader(
            node,
            keyPath: path(key),
            location: self.location(of: key),
            isSample: isSample
        )
        resolve(key, .section(reader))
        return reader
    }

    /// The layers under a key: a list whose items are `kind` or `kind: {options}`.
    ///
    /// - Parameters:
    ///   - key: The list's name.
    ///   - isRequired: Whether there must be at least one layer; by default not.
    ///   - meaning: What the layers are for.
    /// - Returns: The layers in order; empty when the key is absent.
    /// - Throws: `ConfigurationError` for an item of another form, or a missing required list.
    package func layers(
        _ key: String,
        isRequired: Bool = false,
        means meaning: String
    ) throws(ConfigurationError) -> [LayerDescription] {
        if case .layers(let layers) = resolutions[key] { return layers }
        let needed = isRequired ? "a list of at least one layer" : "a list of layers"
        describe(key, values: needed, default: isRequired ? nil : "[]", meaning)
        var layers: [LayerDescription] = []
        if let node = value(key) {
            guard case .sequence(let items) = node.content else {
                throw error(key, "needs a list of layers, found \(node.summary)")
            }
            for (index, item) in items.enumerated() {
                layers.append(try LayerDescription(item, keyPath: "\(path(key))[\(index)]"))
            }
        }
        guard !isRequired || !layers.isEmpty || isSample else { throw missing(key, needed) }
        resolve(key, .layers(layers))
        return layers
    }

    /// The branches under a key: a list of at least one list of layers.
    ///
    /// - Parameters:
    ///   - key: The list's name.
    ///   - meaning: What the branches are for.
    /// - Returns: The layers of each branch in order.
    /// - Throws: `ConfigurationError` for an item of another form, or a missing list.
    package func branches(_ key: String, means meaning: String) throws(ConfigurationError) -> [[LayerDescription]] {
        if case .branches(let branches) = resolutions[key] { return branches }
        let needed = "a list of branches, each a list of layers"
        describe(key, values: needed, default: nil, meaning)
        var branches: [[LayerDescription]] = []
        if let node = value(key) {
            guard case .sequence(let items) = node.content else {
                throw error(key, "needs \(needed), found \(node.summary)")
            }
            for item in items {
                guard case .sequence(let layers) = item.content else {
                    throw error(key, "needs \(needed), found \(item.summary)")
                }
                var descriptions: [LayerDescription] = []
                for (index, layer) in layers.enumerated() {
                    let place = "\(path(key))[\(branches.count)][\(index)]"
                    descriptions.append(try LayerDescription(layer, keyPath: place))
                }
                branches.append(descriptions)
            }
        }
        if branches.isEmpty {
            guard isSample else { throw missing(key, needed) }
            branches = [[]]
        }
        resolve(key, .branches(branches))
        return branches
    }

    /// Rejects keys that were not read.
    ///
    /// Call it last.
    ///
    /// - Throws: `ConfigurationError` with the nearest valid key and a list of all.
    package func finish() throws(ConfigurationError) {
        guard let unknown = entries.first(where: { !askedKeys.contains($0.key) && !droppedKeys.contains($0.key) })
        else { return }
        throw error(unknown.key, "unknown key", hint: Spelling.hint(for: unknown.key, valid: askedKeys.sorted()))
    }

    /// Rejects keys that were not read, and reports which of them belong to another `name` than the chosen one.
    ///
    /// When the command line chooses another name, the keys of the file that belong to the previous name are ignored,
    /// and so are null values; see ``droppedPlaces``.
    ///
    /// - Parameters:
    ///   - name: The word under `name`.
    ///   - keys: The keys that exist for some words only.
    /// - Throws: `ConfigurationError` that says for which words a key exists, or gives the nearest valid key.
    func finish<Name>(
        _ name: Name,
        ownKeys keys: KeyPath<Name, [String]>
    ) throws(ConfigurationError) where Name: RawRepresentable & CaseIterable, Name.RawValue == String {
        let isNameOverridden = location(of: "name") == SourceLocation.commandLine
        for entry in entries where !askedKeys.contains(entry.key) {
            let key = entry.key
            let names = Name.allCases.filter { $0[keyPath: keys].contains(key) }.map(\.rawValue)
            guard !names.isEmpty else { continue }
            if entry.value.isNull || isNameOverridden && entry.location != SourceLocation.commandLine {
                droppedKeys.append(key)
                continue
            }
            throw error(
                key,
                "\(name.rawValue) has no such key, \(names.joined(separator: " and ")) \(names.count == 1 ? "has" : "have")",
                hint: "leave it out, or set \(path("name")) to \(Spelling.alternatives(names))"
            )
        }
        try finish()
    }

    /// An error located at a key, or at this mapping.
    ///
    /// - Parameters:
    ///   - key: A key of this mapping, present or not; nil for the mapping as a whole.
    ///   - problem: What was expected, and what was found.
    ///   - hint: What to do about it.
    /// - Returns: The error, to be thrown.
    package func error(_ key: String?, _ problem: String, hint: String? = nil) -> ConfigurationError {
        let place = key.map(location(of:)) ?? location
        return ConfigurationError(
            file: place.file,
            line: place.line,
            keyPath: key.map(path) ?? keyPath,
            problem: problem,
            hint: hint
        )
    }

    /// The keys in the file, in their order.
    package var keys: [String] { entries.map(\.key) }

    /// The ignored keys and their places, such as `optimizer.momentum (resnet.yaml:31)`; without null values.
    var droppedPlaces: [String] {
        entries.filter { droppedKeys.contains($0.key) && !$0.value.isNull }.map { entry in
            "\(path(entry.key)) (\(entry.location.file)\(entry.location.line.map { ":\($0)" } ?? ""))"
        }
    }

    /// The ignored keys of a section.
    func droppedPlaces(inSection key: String) -> [String] {
        if case .section(let section) = resolutions[key] { section.droppedPlaces } else { [] }
    }

    // MARK: For the readers of single types

    /// The value of a key, which counts as read from now on; nil when absent or null.
    func value(_ key: String) -> SourceNode? {
        if !askedKeys.contains(key) { askedKeys.append(key) }
        guard let value = entries.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
        return value
    }

    /// Remembers the final value of a key.
    func resolve(_ key: String, _ resolution: Resolution) {
        resolutions[key] = resolution
    }

    /// Remembers the description of a key; later descriptions of the same key are ignored.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - values: Its valid values, as text.
    ///   - words: Its valid values, if they are a fixed set of words.
    ///   - fallback: Its default as it would be written; nil for a required key.
    ///   - meaning: What it means.
    ///   - isSection: Whether it contains other keys; by default not.
    func describe(
        _ key: String,
        values: String,
        words: [String] = [],
        default fallback: String?,
        _ meaning: String,
        isSection: Bool = false
    ) {
        guard descriptions[key] == nil else { return }
        descriptions[key] = OptionDescription(
            keyPath: path(key),
            values: values,
            words: words,
            fallback: fallback,
            meaning: meaning,
            isSection: isSection
        )
    }

    /// The descriptions of all keys that were read, in that order, including those of sections.
    var allDescriptions: [OptionDescription] {
        askedKeys.flatMap { key in
            let own = descriptions[key].map { [$0] } ?? []
            guard case .section(let reader) = resolutions[key] else { return own }
            return own + reader.allDescriptions
        }
    }

    /// The default of an absent key; in a sample, some valid value for a required key.
    func absent<Value>(
        _ key: String,
        default value: Value?,
        sample: @autoclosure () -> Value,
        needed: String,
        as content: (Value) -> SourceNode.Content
    ) throws(ConfigurationError) -> Value {
        guard let value = value ?? (isSample ? sample() : nil) else { throw missing(key, needed) }
        resolve(key, .value(content(value)))
        return value
    }

    /// The error for an absent required key; if it seems to be misspelt, the error says that instead.
    func missing(_ key: String, _ needed: String) -> ConfigurationError {
        let unread = entries.map(\.key).filter { !askedKeys.contains($0) }
        if let misspelt = Spelling.nearest(to: key, in: unread) {
            return error(misspelt, "unknown key", hint: "did you mean '\(key)', which is missing?")
        }
        let hint = unread.isEmpty ? nil : "found beside it: \(unread.joined(separator: ", "))"
        return error(key, "missing; it needs \(needed)", hint: hint)
    }

    /// The mapping with its defaults; keys that have not been read yet are kept as they are.
    var resolved: SourceNode {
        var result: [SourceNode.Entry] = []
        for key in askedKeys {
            guard let resolution = resolutions[key] else { continue }
            result.append(SourceNode.Entry(key: key, location: location(of: key), value: node(resolution)))
        }
        result += entries.filter { resolutions[$0.key] == nil && !droppedKeys.contains($0.key) }
        return SourceNode(content: .mapping(result), location: location)
    }

    private func node(_ resolution: Resolution) -> SourceNode {
        switch resolution {
        case .value(let content): SourceNode(content: content, location: location)
        case .section(let reader): reader.resolved
        case .layers(let layers): sequence(layers.map(\.resolved))
        case .branches(let branches): sequence(branches.map { sequence($0.map(\.resolved)) })
        }
    }

    private func sequence(_ items: [SourceNode]) -> SourceNode {
        SourceNode(content: .sequence(items), location: location)
    }

    private func location(of key: String) -> SourceLocation {
        entries.first { $0.key == key }?.location ?? location
    }

    private func path(_ key: String) -> String {
        keyPath.isEmpty ? key : "\(keyPath).\(key)"
    }
}
