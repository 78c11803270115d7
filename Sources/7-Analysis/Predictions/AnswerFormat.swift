import Formatting
import Metrics

/// How `predict` prints an answer.
package enum AnswerFormat: Sendable {
    /// One line of text.
    case text
    /// A JSON object on one line.
    case json
    /// One line for each class (RFC 4180).
    case csv

    /// The text before the answers.
    package var header: String { self == .csv ? CSV.text([["path", "place", "class", "probability"]]) : "" }

    /// An answer with its line break.
    package func text(_ answer: PicturePredictions.Answer) throws -> String {
        switch self {
        case .text:
            let classes = answer.classes.map { name, probability in
                "\(Format.plain(name)) \(Format.fixed(100 * Double(probability), digits: 1)) %"
            }
            return "\(Format.plain(answer.path)): \(classes.joined(separator: ", "))\n"
        case .json:
            let classes = answer.classes.map { Document.Class(name: $0.name, probability: $0.probability) }
            let data = try JSON.data(Document(path: answer.path, classes: classes))
            return String(decoding: data, as: UTF8.self) + "\n"
        case .csv:
            return CSV.text(
                answer.classes.enumerated().map { place, entry in
                    [answer.path, "\(place + 1)", entry.name, "\(entry.probability)"]
                }
            )
        }
    }

    private struct Document: Encodable {
        struct Class: Encodable {
            let name: String
            let probability: Float
        }

        let path: String
        let classes: [Class]
    }
}
