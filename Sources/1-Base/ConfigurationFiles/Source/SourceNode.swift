/// The place of a value.
struct SourceLocation: Equatable, Sendable {
    /// The file, or `--set`.
    var file: String
    /// The line, from 1; nil on the command line.
    var line: Int?

    /// The place of overrides.
    static let commandLine = SourceLocation(file: "--set", line: nil)
}

/// A value of the file, before its type is known.
struct SourceNode: Sendable {
    enum Content: Sendable {
        /// The text, and whether it was unquoted: only then can it be a number, a boolean or null.
        case scalar(String, isPlain: Bool)
        case sequence([SourceNode])
        case mapping([Entry])

        static let null = Content.plain("null")

        static func plain(_ text: String) -> Content { .scalar(text, isPlain: true) }
    }

    /// One `key: value` of a mapping.
    struct Entry: Sendable {
        var key: String
        var location: SourceLocation
        var value: SourceNode
    }

    var content: Content
    var location: SourceLocation
}

/// The types of YAML's core schema, and `yes` and `no` as booleans.
extension SourceNode {
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    var boolean: Bool? {
        guard case .scalar(let text, isPlain: true) = content else { return nil }
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: return nil
        }
    }

    /// The value as a number, which may be infinite or NaN, as from `.inf`, `.nan` or overflow.
    var number: Double? {
        guard case .scalar(let text, isPlain: true) = content else { return nil }
        switch text.lowercased() {
        case ".inf", "+.inf": return .infinity
        case "-.inf": return -.infinity
        case ".nan": return .nan
        default:
            // Swift's own parser accepts more than YAML: hexadecimal floats, `nan`, `infinity`.
            guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return nil }
            return Double(text)
        }
    }

    /// The value as an integer, if it is exactly one: `3`, `3.0` and `3e0` are the same.
    var integer: Int? {
        guard case .scalar(let text, isPlain: true) = content else { return nil }
        if let value = Int(text) { return value }
        guard let number, abs(number) <= 0x1p53 else { return nil }
        return Int(exactly: number)
    }

    /// The text of a scalar, quoted or not.
    var text: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// The value as shown in error messages.
    var summary: String {
        switch content {
        case .sequence: return "a list"
        case .mapping: return "a mapping"
        case .scalar(let text, _):
            if isNull { return "null" }
            let short = text.count > 40 ? text.prefix(40) + "…" : text[...]
            if boolean != nil || number != nil { return String(short) }
            return "'\(short.replacing("\n", with: "\\n"))'"
        }
    }
}
