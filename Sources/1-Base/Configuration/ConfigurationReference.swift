import Formatting

/// Every key that a mapping can have, with its default, its valid values and its meaning, as the code that reads the
/// mapping tells them: nothing is written down twice.
///
/// The code reads an empty mapping, in which required keys get some valid value, and then one for each word that a key
/// can have: so keys come to light that only go with that word.
package struct ConfigurationReference {
    /// A key, as it is described.
    package struct Option: Equatable, Sendable {
        /// The key's name, without the section's.
        package let key: String
        /// The default as it is written, `required` where there is none, and other defaults with the words they go with.
        package let fallback: String
        /// The valid values in words.
        package let values: String
        /// What the key is for, and what it goes with.
        package let meaning: String
    }

    /// Keys that belong together: a section of the configuration, or the options of a layer.
    package struct Section: Equatable, Sendable {
        /// The section's name.
        package let title: String
        /// What its keys are about.
        package let meaning: String
        /// Its keys, in the order in which they are read.
        package fileprivate(set) var options: [Option] = []
    }

    /// The sections, in the order in which they are read.
    package private(set) var sections: [Section]

    /// Asks the code that reads a mapping.
    ///
    /// - Parameters:
    ///   - title: What the mapping is called, where its keys aren't all in sections.
    ///   - meaning: What its keys are about.
    ///   - read: Reads the whole mapping.
    /// - Throws: `ConfigurationError` where the code refuses a mapping of defaults.
    package init(
        title: String = "",
        meaning: String = "",
        read: (OptionReader) throws(ConfigurationError) -> Void
    ) throws(ConfigurationError) {
        let usual = try Survey(override: nil, read)
        var variants: [Survey] = []
        for choice in usual.descriptions {
            for word in choice.words { variants.append(try Survey(override: (choice, word), read)) }
        }
        sections = [Section(title: title, meaning: meaning)]
        for keyPath in Survey.keyPaths([usual] + variants) {
            let found = ([usual] + variants).compactMap { $0[keyPath] }
            guard let description = found.first else { continue }
            if description.isSection {
                sections.append(Section(title: keyPath, meaning: description.meaning))
            } else {
                sections[sections.endIndex - 1].options.append(Option(description, variants))
            }
        }
        sections.removeAll { $0.title.isEmpty }
    }

    /// The reference for people: a table for each section.
    ///
    /// - Returns: Lines of text, each with its line break.
    package func text() -> String {
        sections.map { section in
            let header = ["key", "default", "meaning", "values"]
            let rows = section.options.map { [$0.key, $0.fallback, $0.meaning, $0.values] }
            let table = rows.isEmpty ? ["no options"] : TextTable.lines([header] + rows, textColumns: [0, 1, 2, 3])
            return "\(section.title): \(section.meaning)\n" + table.map { "  \($0)\n" }.joined()
        }
        .joined(separator: "\n")
    }
}

extension ConfigurationReference.Option {
    /// Describes a key by what is known of it usually and where other words are chosen.
    fileprivate init(_ usual: OptionDescription, _ variants: [ConfigurationReference.Survey]) {
        func differences(_ text: (OptionDescription) -> String) -> String {
            let others = variants.compactMap { variant -> String? in
                guard let other = variant[usual.keyPath].map(text), other != text(usual) else { return nil }
                return "\(other) with \(variant.name(beside: usual))"
            }
            return ([text(usual)] + others).joined(separator: "; ")
        }
        // A choice that decides whether the key is there has words with it and words without.
        let conditions = Dictionary(grouping: variants) { $0.choice?.keyPath ?? "" }.values.compactMap { words in
            let having = words.filter { $0[usual.keyPath] != nil }
            let isDecisive = !having.isEmpty && having.count < words.count
            return isDecisive ? Spelling.alternatives(having.map { $0.name(beside: usual) }) : nil
        }
        key = usual.key
        fallback = differences { $0.fallback ?? "required" }
        values = differences(\.values)
        meaning = (conditions.sorted().map { "with \($0): " } + [usual.meaning]).joined()
    }
}

extension ConfigurationReference {
    /// What the code told when it read one mapping.
    fileprivate struct Survey {
        let choice: OptionDescription?
        let word: String
        let descriptions: [OptionDescription]

        /// Lets the code read a mapping that is empty but for one word.
        init(
            override: (choice: OptionDescription, word: String)?,
            _ read: (OptionReader) throws(ConfigurationError) -> Void
        ) throws(ConfigurationError) {
            choice = override?.choice
            word = override?.word ?? ""
            let location = SourceLocation(file: "NAME.yaml", line: nil)
            var node = SourceNode(content: .mapping([]), location: location)
            if let override { try node.apply(override: "\(override.choice.keyPath)=\(override.word)") }
            let reader = try OptionReader(node, keyPath: "", location: location, isSample: true)
            try read(reader)
            descriptions = reader.allDescriptions
        }

        subscript(keyPath: String) -> OptionDescription? { descriptions.first { $0.keyPath == keyPath } }

        /// The word, with its key where that is in another section than an option.
        func name(beside option: OptionDescription) -> String {
            guard let choice, choice.section != option.section else { return word }
            return "\(choice.keyPath) \(word)"
        }

        /// The keys of all surveys: each after the one that it was asked for after.
        static func keyPaths(_ surveys: [Survey]) -> [String] {
            var result: [String] = []
            for survey in surveys {
                var place = 0
                for description in survey.descriptions {
                    if let index = result.firstIndex(of: description.keyPath) {
                        place = index + 1
                    } else {
                        result.insert(description.keyPath, at: place)
                        place += 1
                    }
                }
            }
            return result
        }
    }
}
