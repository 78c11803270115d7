extension OptionReader {
    /// An integer.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - fallback: The value when absent; nil makes the option required.
    ///   - words: The text of the default in the configuration reference, if it depends on other keys; otherwise its
    ///     value.
    ///   - range: The valid values.
    ///   - meaning: What the option means.
    /// - Returns: The value, or the default.
    /// - Throws: `ConfigurationError` for another type, another range, or a missing required option.
    package func integer(
        _ key: String,
        default fallback: Int? = nil,
        saidAs words: String? = nil,
        in range: ClosedRange<Int>,
        means meaning: String
    ) throws(ConfigurationError) -> Int {
        describe(key, values: inWords(range), default: words ?? fallback.map { String($0) }, meaning)
        if let value = try optionalInteger(key, in: range, means: meaning) { return value }
        return try absent(key, default: fallback, sample: range.lowerBound, needed: inWords(range)) {
            .plain(String($0))
        }
    }

    /// An integer that may be absent.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - range: The valid values.
    ///   - meaning: What the option means.
    /// - Returns: The value, nil when absent.
    /// - Throws: `ConfigurationError` for another type or another range.
    package func optionalInteger(
        _ key: String,
        in range: ClosedRange<Int>,
        means meaning: String
    ) throws(ConfigurationError) -> Int? {
        describe(key, values: inWords(range), default: "null", meaning)
        let node = value(key)
        resolve(key, .value(.null))
        guard let node else { return nil }
        guard let value = node.integer, range.contains(value) else {
            throw error(key, "needs \(inWords(range)), found \(node.summary)")
        }
        resolve(key, .value(.plain(String(value))))
        return value
    }

    /// A finite number that stays in its range in single precision, in which it is used.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - fallback: The value when absent; nil makes the option required.
    ///   - range: The valid values.
    ///   - meaning: What the option means.
    /// - Returns: The value, or the default.
    /// - Throws: `ConfigurationError` for another type, another range, or a missing required option.
    package func number(
        _ key: String,
        default fallback: Double? = nil,
        in range: ClosedRange<Double>,
        means meaning: String
    ) throws(ConfigurationError) -> Double {
        describe(key, values: inWords(range), default: fallback.map(format), meaning)
        if let value = try optionalNumber(key, in: range, means: meaning) { return value }
        let sample = range.contains(1) ? 1 : range.lowerBound
        return try absent(key, default: fallback, sample: sample, needed: inWords(range)) { .plain(format($0)) }
    }

    /// A finite number that may be absent.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - range: The valid values.
    ///   - meaning: What the option means.
    /// - Returns: The value, nil when absent.
    /// - Throws: `ConfigurationError` for another type or another range.
    package func optionalNumber(
        _ key: String,
        in range: ClosedRange<Double>,
        means meaning: String
    ) throws(ConfigurationError) -> Double? {
        describe(key, values: inWords(range), default: "null", meaning)
        let node = value(key)
        resolve(key, .value(.null))
        guard let node else { return nil }
        guard let value = node.number, value.isFinite, range.contains(value) else {
            throw error(key, "needs \(inWords(range)), found \(node.summary)")
        }
        if let problem = problemInSinglePrecision(value, range) {
            throw error(key, "needs \(inWords(range)), found \(node.summary), which is \(problem) in single precision")
        }
        resolve(key, .value(.plain(format(value))))
        return value
    }

    /// A list of finite numbers that may be absent.
    ///
    /// - Parameters:
    ///   - key: The option's name.
    ///   - range: The valid values of each number.
    ///   - count: How many numbers there must be; nil for any number but zero.
    ///   - meaning: What the option means.
    /// - Returns: The numbers, nil when absent.
    /// - Throws: `ConfigurationError` for another type, an empty list, or another count.
    package func optionalNumbers(
        _ key: String,
        in range: ClosedRange<Double> = -.infinity ... .infinity,
        count: Int? = nil,
        means meaning: String
    ) throws(ConfigurationError) -> [Double]? {
        let list = "a list of \(count.map { $0 == 1 ? "1 number" : "\($0) numbers" } ?? "numbers")"
        describe(key, values: "a list of numbers, each \(inWords(range))", default: "null", meaning)
        let node = value(key)
        resolve(key, .value(.null))
        guard let node else { return nil }
        let needed = "needs \(list)"
        guard case .sequence(let items) = node.content else { throw error(key, "\(needed), found \(node.summary)") }
        guard !items.isEmpty, items.count == count ?? items.count else {
            throw error(key, "\(needed), found \(items.count)")
        }
        var numbers: [Double] = []
        for item in items {
            guard let number = item.number, number.isFinite, range.contains(number) else {
                throw error(key, "\(needed), each \(inWords(range)), found \(item.summary)")
            }
            if let problem = problemInSinglePrecision(number, range) {
                throw error(
                    key,
                    "\(needed), each \(inWords(range)), found \(item.summary), which is \(problem) in single precision"
                )
            }
            numbers.append(number)
        }
        let texts = numbers.map { SourceNode(content: .plain(format($0)), location: location) }
        resolve(key, .value(.sequence(texts)))
        return numbers
    }
}

/// Describes what a number becomes in single precision if that is outside of its range: 0 for 1e-50, 1 for 0.99999999,
/// infinite for 1e39; nil if it stays valid.
///
/// A number so close to 0 that its reciprocal is infinite counts as 0.
private func problemInSinglePrecision(_ value: Double, _ range: ClosedRange<Double>) -> String? {
    let single = Float(value)
    if !single.isFinite { return "infinite" }
    if value != 0, abs(single) < .leastNormalMagnitude { return "0" }
    return isOpenAbove(range) && Double(single) > range.upperBound ? format(Double(single)) : nil
}

/// Whether the upper bound is exclusive: `1.nextDown` means "below 1".
private func isOpenAbove(_ range: ClosedRange<Double>) -> Bool {
    range.upperBound.nextUp == range.upperBound.nextUp.rounded()
}

/// The valid values of an integer, as text.
private func inWords(_ range: ClosedRange<Int>) -> String {
    if range.upperBound == .max { return "an integer of at least \(range.lowerBound)" }
    return "an integer in \(range.lowerBound) ... \(range.upperBound)"
}

/// The valid values of a number, as text.
///
/// `Double.leastNonzeroMagnitude` means "above 0", `1.nextDown` "below 1".
private func inWords(_ range: ClosedRange<Double>) -> String {
    let (low, high) = (range.lowerBound, range.upperBound)
    let lower = low == .leastNonzeroMagnitude ? "above 0" : "of at least \(format(low))"
    let isOpenAbove = isOpenAbove(range)
    let upper = isOpenAbove ? "below \(format(high.nextUp))" : "at most \(format(high))"
    switch (low.isFinite, high.isFinite) {
    case (false, false): return "a finite number"
    case (true, false): return "a number \(lower)"
    case (false, true): return "a number \(upper)"
    case (true, true):
        if low == .leastNonzeroMagnitude || isOpenAbove { return "a number \(lower) and \(upper)" }
        return "a number in \(format(low)) ... \(format(high))"
    }
}

/// The shortest text that reads back as the same number, also by YAML 1.1 parsers: 0.001, 3, 1.0e-08.
private func format(_ number: Double) -> String {
    if let integer = Int(exactly: number), abs(number) < 0x1p53 { return String(integer) }
    let text = number.description
    return text.contains(".") ? text : text.replacing("e", with: ".0e")
}
