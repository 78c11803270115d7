extension OptionReader {
    /// Reads a file that isn't a run's configuration, but has the same syntax: experiments or a sweep.
    ///
    /// - Parameters:
    ///   - path: The file, or its name in `Configs`, with or without `.yaml`.
    ///   - kind: What the file must describe.
    /// - Throws: `ConfigurationError`.
    package convenience init(file path: String, kind: FileKind) throws(ConfigurationError) {
        let file = try ConfigurationFile.locate(path)
        let node = try SourceNode.parse(yaml: ConfigurationFile.read(file), file: file)
        try self.init(node, keyPath: "", location: SourceLocation(file: file, line: nil))
        try requireKind(kind)
    }

    /// Rejects a file of another kind, of which all keys would be unknown or missing.
    func requireKind(_ kind: FileKind) throws(ConfigurationError) {
        guard !keys.contains(kind.mainKey),
            let other = FileKind.allCases.first(where: { keys.contains($0.mainKey) })
        else { return }
        throw error(
            other.mainKey,
            "belongs to \(other.description); \(kind.description) is needed",
            hint: "give another file, or use the command \(other.commands)"
        )
    }

    /// The path of the file that contains the mapping.
    package var file: String { location.file }

    /// A list of integers that may be absent.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - range: The valid values.
    ///   - meaning: What the option means.
    /// - Returns: At least one integer; nil when absent.
    /// - Throws: `ConfigurationError` for another type, an empty list, or another range.
    package func optionalIntegers(
        _ key: String,
        in range: ClosedRange<Int>,
        means meaning: String
    ) throws(ConfigurationError) -> [Int]? {
        let bounds = Double(range.lowerBound)...Double(range.upperBound)
        guard let numbers = try optionalNumbers(key, in: bounds, means: meaning) else { return nil }
        var integers: [Int] = []
        for number in numbers {
            guard let integer = Int(exactly: number) else {
                throw error(key, "needs a list of whole numbers, found \(number)")
            }
            integers.append(integer)
        }
        return integers
    }

    /// A list of scalars, as text.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - meaning: What the option means.
    /// - Returns: At least one text; nil if the value isn't a list.
    /// - Throws: `ConfigurationError` for an empty list, or an item that is a collection.
    package func optionalTexts(_ key: String, means meaning: String) throws(ConfigurationError) -> [String]? {
        describe(key, values: "a list of values", default: "null", meaning)
        guard let node = value(key), case .sequence(let items) = node.content else { return nil }
        let texts = items.compactMap(\.text)
        guard !items.isEmpty, texts.count == items.count else {
            throw error(key, "needs a list of at least one value, none of them a list or mapping")
        }
        resolve(key, .value(node.content))
        return texts
    }

    /// A mapping from key paths of a configuration to values, as `--set` takes them.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - meaning: What the option means.
    /// - Returns: Texts `key.path=value` in the order of the file; empty when absent.
    /// - Throws: `ConfigurationError` if the value isn't a mapping.
    package func overrides(_ key: String, means meaning: String) throws(ConfigurationError) -> [String] {
        if isSample {
            describe(key, values: "keys of a configuration, each with its value", default: "{}", meaning)
            _ = value(key)
            return []
        }
        let section = try section(key, means: meaning)
        return section.keys.compactMap { name in
            guard let text = section.value(name)?.yaml() else { return "\(name)=null" }
            return "\(name)=\(text.split(separator: "\n").joined(separator: "\n"))"
        }
    }
}
