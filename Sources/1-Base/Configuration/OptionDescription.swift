/// What is known of a key: enough for its line of the configuration reference.
struct OptionDescription: Sendable {
    /// The keys that lead to it, and its own.
    let keyPath: String
    /// The valid values, in words.
    let values: String
    /// The valid values, where there are only so many words.
    let words: [String]
    /// The default, as it is written; nil for a required key.
    let fallback: String?
    /// What the key is for.
    let meaning: String
    /// Whether it holds other keys.
    let isSection: Bool

    /// The last of the keys.
    var key: String { keyPath.split(separator: ".").last.map(String.init) ?? keyPath }

    /// The keys that lead to it.
    var section: String { String(keyPath.dropLast(key.count)) }
}
