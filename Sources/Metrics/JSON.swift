package import Foundation

/// How this project writes and reads JSON: snake_case keys in sorted order, shortest digits that read back as the same
/// number, and `"NaN"`, `"Infinity"`, `"-Infinity"` for what JSON has no numbers for.
package enum JSON {
    /// The canonical bytes of a value, without a line break at their end.
    package static func data(_ value: some Encodable, pretty: Bool = false) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity",
            negativeInfinity: "-Infinity",
            nan: "NaN"
        )
        return try encoder.encode(value)
    }

    /// Reads a value that `data` wrote; throws what `reason` puts in words.
    package static func value<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity",
            negativeInfinity: "-Infinity",
            nan: "NaN"
        )
        return try decoder.decode(type, from: data)
    }

    /// What is wrong, in a few words.
    package static func reason(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "the field '\(key.stringValue)' is missing"
        case .valueNotFound(_, let context), .typeMismatch(_, let context):
            "\(place(context)): \(context.debugDescription)"
        case .dataCorrupted(let context) where context.codingPath.isEmpty: "it is no JSON"
        case .dataCorrupted(let context): "\(place(context)): \(context.debugDescription)"
        default: error.localizedDescription
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        "the field '\(context.codingPath.map(\.stringValue).joined(separator: "."))'"
    }
}
