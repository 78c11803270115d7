extension OptionReader {
    /// Rows and columns: one integer for both, or a list of two.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - fallback: Rows and columns if the option is absent; nil makes it required.
    ///   - words: How the configuration reference describes a default that depends on other keys; by default its value.
    ///   - range: The valid values of both.
    ///   - meaning: What the option is for.
    /// - Returns: Rows and columns.
    /// - Throws: `ConfigurationError` for another type, another range, or a missing required option.
    package func rowsAndColumns(
        _ key: String,
        default fallback: (rows: Int, columns: Int)? = nil,
        saidAs words: String? = nil,
        in range: ClosedRange<Int>,
        means meaning: String
    ) throws(ConfigurationError) -> (rows: Int, columns: Int) {
        let values = "an integer in \(range.lowerBound) ... \(range.upperBound), or [rows, columns]"
        describe(key, values: values, default: words ?? fallback.map { String($0.rows) }, meaning)
        if isList(key) {
            guard let pair = try optionalIntegers(key, in: range, means: meaning), pair.count == 2 else {
                throw error(key, "needs one integer, or a list of two: [rows, columns]")
            }
            return (pair[0], pair[1])
        }
        if let fallback, value(key) == nil {
            let texts = [fallback.rows, fallback.columns].map { SourceNode.Content.plain(String($0)) }
            let list = texts.map { SourceNode(content: $0, location: location) }
            resolve(key, .value(fallback.rows == fallback.columns ? texts[0] : .sequence(list)))
            return fallback
        }
        let both = try integer(key, in: range, means: meaning)
        return (both, both)
    }

    /// Whether an option's value is a mapping.
    ///
    /// - Parameter key: The option's name.
    /// - Returns: False if the option is absent.
    package func isMapping(_ key: String) -> Bool {
        guard case .mapping = value(key)?.content else { return false }
        return true
    }

    /// Whether an option's value is a list.
    ///
    /// - Parameter key: The option's name.
    /// - Returns: False if the option is absent.
    package func isList(_ key: String) -> Bool {
        guard case .sequence = value(key)?.content else { return false }
        return true
    }
}
