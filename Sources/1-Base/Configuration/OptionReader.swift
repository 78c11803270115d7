/// One mapping of a configuration: whoever needs an option asks for it by key, type and range.
///
/// A reader remembers which keys were asked for and what they resolved to. So `finish()` can tell the keys that nobody
/// knows, and the whole configuration can be printed with its defaults filled in. A key whose value is null counts as
/// absent. Whoever asks also says what the key means, so that the configuration reference leaves none out. Readers
/// belong to the thread that loaded the configuration.
public final class OptionReader {
    enum Resolution {
        case value(SourceNode.Content)
        case section(OptionReader)
        case layers([LayerDescription])
    }

    /// The keys that lead to this mapping; empty for the whole file.
    public let keyPath: String

    let location: SourceLocation
    private let entries: [SourceNode.Entry]
    /// In the order of the first question, which is the order of printing.
    private var askedKeys: [String] = []
    private var resolutions: [String: Resolution] = [:]
    private var descriptions: [String: OptionDescription] = [:]
    /// Whether a required key that is absent gets some valid value, as the configuration reference needs it.
    let isSample: Bool
    /// Keys that go with another choice than the one made on the command line.
    private var droppedKeys: [String] = []

    /// Reads a mapping.
    ///
    /// - Parameters:
    ///   - node: The mapping; nil and null stand for an empty one.
    ///   - keyPath: The keys that lead to it.
    ///   - location: Where it is, or where it would be.
    ///   - isSample: Whether a required key that is absent gets some valid value; by default that is an error.
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

    /// Reads a mapping from its text, as tests need it.
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
    /// - Returns: A reader, the same one at every call.
    /// - Throws: `ConfigurationError` where the value isn't a mapping.
    public func section(_ key: String, means meaning: String) throws(ConfigurationError) -> OptionReader {
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
    public func layers(
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

    /// Refuses keys that nobody asked for; the last call of whoever reads this mapping.
    ///
    /// - Throws: `ConfigurationError` that names the nearest valid key, and all of them.
    public func finish() throws(ConfigurationError) {
        guard let unknown = entries.first(where: { !askedKeys.contains($0.key) && !droppedKeys.contains($0.key) })
        else { return }
        throw error(unknown.key, "unknown key", hint: Spelling.hint(for: unknown.key, valid: askedKeys.sorted()))
    }

    /// Refuses keys that nobody asked for, and tells apart those that go with another `name` than the one chosen.
    ///
    /// Who chooses another name on the command line doesn't want the file's keys of the name before: they are dropped,
    /// and so is what is null. ``droppedPlaces`` tells.
    ///
    /// - Parameters:
    ///   - name: The word under `name`.
    ///   - keys: The keys that only some words have.
    /// - Throws: `ConfigurationError` that says which words a key goes with, or names the nearest valid key.
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
    ///   - key: A key of this mapping, given or not; nil for the mapping as a whole.
    ///   - problem: What is needed, and what was found.
    ///   - hint: What to do about it.
    /// - Returns: The error, to be thrown.
    public func error(_ key: String?, _ problem: String, hint: String? = nil) -> ConfigurationError {
        let place = key.map(location(of:)) ?? location
        return ConfigurationError(
            file: place.file,
            line: place.line,
            keyPath: key.map(path) ?? keyPath,
            problem: problem,
            hint: hint
        )
    }

    /// The keys that the file gives, in its order.
    public var keys: [String] { entries.map(\.key) }

    /// The keys that were dropped, and where they stand: `optimizer.momentum (resnet.yaml:31)`; not what is null.
    var droppedPlaces: [String] {
        entries.filter { droppedKeys.contains($0.key) && !$0.value.isNull }.map { entry in
            "\(path(entry.key)) (\(entry.location.file)\(entry.location.line.map { ":\($0)" } ?? ""))"
        }
    }

    /// The same of a section that was read.
    func droppedPlaces(inSection key: String) -> [String] {
        if case .section(let section) = resolutions[key] { section.droppedPlaces } else { [] }
    }

    // MARK: For the readers of single types

    /// The value of a key, which now counts as asked for; nil when absent or null.
    func value(_ key: String) -> SourceNode? {
        if !askedKeys.contains(key) { askedKeys.append(key) }
        guard let value = entries.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
        return value
    }

    /// Remembers what a key came to.
    func resolve(_ key: String, _ resolution: Resolution) {
        resolutions[key] = resolution
    }

    /// Remembers what is known of a key, once.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - values: Its valid values, in words.
    ///   - words: Its valid values, where there are only so many.
    ///   - fallback: Its default, as it is written; nil for a required key.
    ///   - meaning: What it is for.
    ///   - isSection: Whether it holds other keys; by default not.
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

    /// What is known of each key that was asked for, in the order of the questions, sections' keys included.
    var allDescriptions: [OptionDescription] {
        askedKeys.flatMap { key in
            let own = descriptions[key].map { [$0] } ?? []
            guard case .section(let reader) = resolutions[key] else { return own }
            return own + reader.allDescriptions
        }
    }

    /// The default of a key that is absent; for a required key of a sample, a valid value.
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

    /// A required key is absent: perhaps because it is misspelt, which is then the better message.
    func missing(_ key: String, _ needed: String) -> ConfigurationError {
        let unread = entries.map(\.key).filter { !askedKeys.contains($0) }
        if let misspelt = Spelling.nearest(to: key, in: unread) {
            return error(misspelt, "unknown key", hint: "did you mean '\(key)', which is missing?")
        }
        let hint = unread.isEmpty ? nil : "found beside it: \(unread.joined(separator: ", "))"
        return error(key, "missing; it needs \(needed)", hint: hint)
    }

    /// The mapping with defaults filled in; what was given but not asked for yet is kept as it is.
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
        case .layers(let layers): SourceNode(content: .sequence(layers.map(\.resolved)), location: location)
        }
    }

    private func location(of key: String) -> SourceLocation {
        entries.first { $0.key == key }?.location ?? location
    }

    private func path(_ key: String) -> String {
        keyPath.isEmpty ? key : "\(keyPath).\(key)"
    }
}
