/// Finds the valid name that a misspelt or foreign name was meant to be.
package enum Spelling {
    /// The valid name that the given name was probably meant to be.
    ///
    /// - Parameters:
    ///   - name: The name as written.
    ///   - valid: The valid names.
    /// - Returns: The counterpart of a name of PyTorch; otherwise the nearest name with the same first letter (so `gelu`
    ///   isn't taken for `relu`), at an edit distance of at most 2 or a third of its letters; otherwise the shortest name
    ///   that contains the given name or is contained in it, as `outputChannels` for `channels`.
    package static func nearest(to name: String, in valid: [String]) -> String? {
        if let translated = PyTorchNames.translation(of: name), valid.contains(translated) { return translated }
        let name = name.lowercased()
        let candidates = valid.filter { $0.lowercased().first == name.first }.map {
            ($0, distance(name, $0.lowercased()))
        }
        if let (best, distance) = candidates.min(by: { $0.1 < $1.1 }), distance <= max(2, best.count / 3),
            distance < best.count
        {
            return best
        }
        return valid.filter { isPart(name, of: $0.lowercased()) || isPart($0.lowercased(), of: name) }
            .min { $0.count < $1.count }
    }

    /// Whether a word of at least four letters is part of another one, unless the other is the name of an activation,
    /// which may contain another's.
    private static func isPart(_ word: String, of other: String) -> Bool {
        word.count >= 4 && other.contains(word) && !other.hasSuffix("lu")
    }

    /// A hint such as `did you mean 'kernel'? (valid: bias, kernel)`.
    ///
    /// - Parameters:
    ///   - name: What was written.
    ///   - valid: The valid names, in the order to print.
    /// - Returns: A hint for an error.
    package static func hint(for name: String, valid: [String]) -> String {
        let list = "valid: " + (valid.isEmpty ? "none" : valid.joined(separator: ", "))
        if let translated = PyTorchNames.translation(of: name), valid.contains(translated) {
            return "PyTorch's '\(name)' is '\(translated)' here (\(list))"
        }
        if let note = PyTorchNames.note(on: name) { return "\(note) (\(list))" }
        guard let nearest = nearest(to: name, in: valid) else { return list }
        return "did you mean '\(nearest)'? (\(list))"
    }

    /// The words in a sentence: `sgd, adam or adamw`.
    ///
    /// - Parameter words: At least one word.
    /// - Returns: The words, with "or" before the last.
    static func alternatives(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.joined() }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }

    /// The edit distance between two words: insertions, deletions and replacements (Levenshtein, 1965).
    ///
    /// - Parameters:
    ///   - first: A word.
    ///   - second: Another.
    /// - Returns: 0 for equal words.
    static func distance(_ first: String, _ second: String) -> Int {
        let letters = Array(second)
        var row = Array(0...letters.count)
        for (i, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in letters.indices {
                let replaced = diagonal + (letter == letters[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[letters.count]
    }
}
