/// The description of a key, for the configuration reference.
struct OptionDescription: Sendable {
    /// The key path, including the key.
    let keyPath: String
    /// The valid values, as text.
    let values: String
    /// The valid values, if they are a fixed set of words.
    let words: [String]
    /// The default as it would be written; nil for a required key.
    let fallback: String?
    /// What the key means.
    let meaning: String
    /// Whether it contains other keys.
    let isSection: Bool

    /// The last component of the key path.
    var key: String { keyPath.split(separator: ".").last.map(String.init) ?? keyPath }

    /// The key path without the key.
    var section: String { String(keyPath.dropLast(key.count)) }
}
