extension OptionReader {
    /// A boolean: true or false, yes or no, on or off.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - fallback: The value when absent; nil makes the option required.
    ///   - meaning: What the option means.
    /// - Returns: The value, or the default.
    /// - Throws: `ConfigurationError` for another type, or a missing required option.
    package func boolean(
        _ key: String,
        default fallback: Bool? = nil,
        means meaning: String
    ) throws(ConfigurationError) -> Bool {
        describe(key, values: "true or false", default: fallback.map { String($0) }, meaning)
        guard let node = value(key) else {
            return try absent(key, default: fallback, sample: false, needed: "true or false") { .plain(String($0)) }
        }
        guard let value = node.boolean else { throw error(key, "needs true or false, found \(node.summary)") }
        resolve(key, .value(.plain(String(value))))
        return value
    }

    /// A boolean or a keyword.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - fallback: The value if the option is absent.
    ///   - word: The keyword.
    ///   - meaning: What the option is for.
    /// - Returns: The value, or the default; nil for the keyword.
    /// - Throws: `ConfigurationError` for anything else.
    func booleanOrWord(
        _ key: String,
        default fallback: Bool,
        word: String,
        means meaning: String
    ) throws(ConfigurationError) -> Bool? {
        let needed = "true, false or \(word)"
        describe(key, values: needed, words: [word], default: String(fallback), meaning)
        let node = value(key)
        guard node?.text != word else {
            resolve(key, .value(.plain(word)))
            return nil
        }
        guard let found = node.map(\.boolean) ?? fallback else {
            throw error(key, "needs \(needed), found \(node?.summary ?? "nothing")")
        }
        resolve(key, .value(.plain(String(found))))
        return found
    }

    /// A text.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - fallback: The value when absent; nil makes the option required.
    ///   - needed: What the error for a missing required option says is needed.
    ///   - meaning: What the option means.
    /// - Returns: The value, or the default.
    /// - Throws: `ConfigurationError` for a list or mapping, or a missing required option.
    package func string(
        _ key: String,
        default fallback: String? = nil,
        needs needed: String = "a text",
        means meaning: String
    ) throws(ConfigurationError) -> String {
        describe(key, values: "a text", default: fallback, meaning)
        if let value = try optionalString(key, means: meaning) { return value }
        return try absent(key, default: fallback, sample: key, needed: needed) { .scalar($0, isPlain: false) }
    }

    /// A text that may be absent.
    ///
    /// Numbers and booleans are taken literally: a folder may be named 2024.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - meaning: What the option means.
    /// - Returns: The value, nil when absent.
    /// - Throws: `ConfigurationError` for a list or mapping.
    package func optionalString(_ key: String, means meaning: String) throws(ConfigurationError) -> String? {
        describe(key, values: "a text", default: "null", meaning)
        let node = value(key)
        resolve(key, .value(.null))
        guard let node else { return nil }
        guard let text = node.text else { throw error(key, "needs a text, found \(node.summary)") }
        resolve(key, .value(.scalar(text, isPlain: false)))
        return text
    }

    /// One of a fixed set of words.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - fallback: The value when absent; nil makes the option required.
    ///   - choices: The valid ones; by default all.
    ///   - meaning: What the option means.
    /// - Returns: The case whose raw value was written, or the default.
    /// - Throws: `ConfigurationError` that lists the words and names the nearest.
    package func choice<Choice>(
        _ key: String,
        default fallback: Choice? = nil,
        among choices: [Choice] = Array(Choice.allCases),
        means meaning: String
    ) throws(ConfigurationError) -> Choice
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        let words = choices.map(\.rawValue)
        let needed = Spelling.alternatives(words)
        describe(key, values: needed, words: words, default: fallback?.rawValue, meaning)
        guard let node = value(key) else {
            guard let first = choices.first else { throw missing(key, needed) }
            return try absent(key, default: fallback, sample: first, needed: needed) {
                .scalar($0.rawValue, isPlain: false)
            }
        }
        guard let text = node.text, words.contains(text), let choice = Choice(rawValue: text) else {
            throw notOneOf(words, needed: needed, key, node)
        }
        resolve(key, .value(.scalar(text, isPlain: false)))
        return choice
    }

    /// One of a fixed set of words that may be absent.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - meaning: What the option means.
    /// - Returns: The case whose raw value was written, nil when absent.
    /// - Throws: `ConfigurationError` that lists the words and names the nearest.
    package func optionalChoice<Choice>(_ key: String, means meaning: String) throws(ConfigurationError) -> Choice?
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        let needed = Spelling.alternatives(words)
        describe(key, values: needed, default: "null", meaning)
        guard let node = value(key) else {
            resolve(key, .value(.null))
            return nil
        }
        guard let text = node.text, let choice = Choice(rawValue: text) else {
            throw notOneOf(words, needed: needed, key, node)
        }
        resolve(key, .value(.scalar(text, isPlain: false)))
        return choice
    }

    /// An integer, or one of a fixed set of words, as for the padding of a convolution.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - fallback: The value when absent; nil makes the option required.
    ///   - range: The valid integers.
    ///   - meaning: What the option means.
    /// - Returns: The value, or the default; the words are those of its type.
    /// - Throws: `ConfigurationError` for anything else, or a missing required option.
    package func integerOrWord<Word>(
        _ key: String,
        default fallback: IntegerOrWord<Word>? = nil,
        in range: ClosedRange<Int>,
        means meaning: String
    ) throws(ConfigurationError) -> IntegerOrWord<Word> {
        let words = Word.allCases.map(\.rawValue)
        let needed = "an integer in \(range.lowerBound) ... \(range.upperBound), \(Spelling.alternatives(words))"
        describe(key, values: needed, default: fallback?.description, meaning)
        guard let node = value(key) else {
            return try absent(key, default: fallback, sample: .integer(range.lowerBound), needed: needed) {
                .plain($0.description)
            }
        }
        let value: IntegerOrWord<Word>
        if let word = node.text.flatMap(Word.init(rawValue:)) {
            value = .word(word)
        } else if node.number != nil {
            value = .integer(try integer(key, in: range, means: meaning))
        } else {
            throw notOneOf(words, needed: needed, key, node)
        }
        resolve(key, .value(.plain(value.description)))
        return value
    }

    private func notOneOf(_ words: [String], needed: String, _ key: String, _ node: SourceNode) -> ConfigurationError {
        let nearest = node.text.flatMap { Spelling.nearest(to: $0, in: words) }
        return error(key, "needs \(needed), found \(node.summary)", hint: nearest.map { "did you mean '\($0)'?" })
    }
}

/// An integer, or a word that stands for a computed one.
package enum IntegerOrWord<Word>: Equatable, Sendable, CustomStringConvertible
where Word: RawRepresentable<String> & CaseIterable & Equatable & Sendable {
    /// The number itself.
    case integer(Int)
    /// One of the words that the option allows.
    case word(Word)

    /// The value as it would be written in a configuration.
    package var description: String {
        switch self {
        case .integer(let value): String(value)
        case .word(let word): word.rawValue
        }
    }
}
