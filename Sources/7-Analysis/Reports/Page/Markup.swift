/// HTML, or SVG inside of it, in which all text is escaped.
package struct Markup: Sendable, Equatable {
    /// The source text.
    package let source: String

    private init(source: String) { self.source = source }

    /// A concatenation.
    package init(_ pieces: [Markup]) { source = pieces.map(\.source).joined() }

    /// A text, which is escaped.
    package static func text(_ text: String) -> Markup { Markup(source: escaped(text)) }

    /// An element; attributes whose value is nil are omitted.
    package static func element(
        _ name: String,
        _ attributes: KeyValuePairs<String, String?> = [:],
        _ children: [Markup] = []
    ) -> Markup {
        let list = attributes.compactMap { name, value in value.map { " \(name)=\"\(escaped($0))\"" } }.joined()
        let start = "<\(name)\(list)>"
        if ["br", "img", "meta"].contains(name) { return Markup(source: start) }
        return Markup(source: start + Markup(children).source + "</\(name)>")
    }

    /// An element that contains a text.
    package static func element(
        _ name: String,
        _ attributes: KeyValuePairs<String, String?> = [:],
        _ text: String
    ) -> Markup {
        element(name, attributes, [.text(text)])
    }

    /// A style sheet of this module, which isn't escaped.
    static func style(_ rules: String) -> Markup { Markup(source: "<style>\n\(rules)</style>\n") }

    /// The beginning of every HTML file.
    static let documentType = Markup(source: "<!DOCTYPE html>\n")

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
