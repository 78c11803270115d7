import Foundation
import Processes

extension Error {
    /// What is wrong, in a few words that fit into a sentence.
    package var reason: String {
        switch self as? DecodingError {
        case .keyNotFound(let key, let context): "the field '\(fieldPath(context.codingPath + [key]))' is missing"
        case .valueNotFound(_, let context), .typeMismatch(_, let context), .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "it is no JSON object"
                : "the field '\(fieldPath(context.codingPath))': \(withoutPeriod(context.debugDescription))"
        default: systemReason
        }
    }
}

/// The path of a field, in the file's snake_case.
private func fieldPath(_ keys: [any CodingKey]) -> String {
    keys.map { $0.stringValue.replacing(/[A-Z]/) { "_" + $0.output.lowercased() } }.joined(separator: ".")
}

private func withoutPeriod(_ sentence: String) -> String {
    sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
}
