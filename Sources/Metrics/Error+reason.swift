import Foundation

extension Error {
    /// What is wrong, in a few words that fit into a sentence.
    package var reason: String {
        switch self as? DecodingError {
        case .keyNotFound(let key, _): "the field '\(key.stringValue)' is missing"
        case .valueNotFound(_, let context), .typeMismatch(_, let context), .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "it is no JSON object"
                : "the field '\(context.codingPath.map(\.stringValue).joined(separator: "."))': "
                    + context.debugDescription.trimmingCharacters(in: ["."])
        default: localizedDescription.trimmingCharacters(in: ["."])
        }
    }
}
