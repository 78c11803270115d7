/// Which valid name a misspelt one was meant to be.
enum Spelling {
    /// The valid name nearest to a name.
    ///
    /// - Parameters:
    ///   - name: What was written.
    ///   - valid: What could have been meant.
    /// - Returns: The name at the least edit distance, if at most a third of its letters (and at least two) differ.
    static func nearest(to name: String, in valid: [String]) -> String? {
        let candidates = valid.map { ($0, distance(name.lowercased(), $0.lowercased())) }
        guard let (best, distance) = candidates.min(by: { $0.1 < $1.1 }) else { return nil }
        return distance <= max(2, best.count / 3) && distance < best.count ? best : nil
    }

    /// A hint such as `did you mean 'kernel'? (valid: bias, kernel)`.
    ///
    /// - Parameters:
    ///   - name: What was written.
    ///   - valid: The valid names, in the order to print.
    /// - Returns: A hint for an error.
    static func hint(for name: String, valid: [String]) -> String {
        let list = "valid: " + (valid.isEmpty ? "none" : valid.joined(separator: ", "))
        guard let nearest = nearest(to: name, in: valid) else { return list }
        return "did you mean '\(nearest)'? (\(list))"
    }

    /// The number of insertions, deletions and replacements between two words (Levenshtein, 1965).
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
