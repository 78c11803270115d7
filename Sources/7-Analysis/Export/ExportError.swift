import Formatting
import Foundation
import Metrics

/// Why a network can't be exported.
package enum ExportError: Error, Equatable, CustomStringConvertible {
    /// The format has no counterpart of a layer that computes the same.
    case noCounterpart(layer: String, kind: String, format: String)
    /// The weights are too large for a file of this format.
    case tooLarge(byteCount: Int, limit: Int)
    /// A file can't be written.
    case unwritable(path: String, reason: String)

    /// What is wrong, and what to do.
    package var description: String {
        switch self {
        case .noCounterpart(let layer, let kind, let format):
            "layer \(layer) (\(kind)) can't be exported to \(format): nothing there computes the same"
        case .tooLarge(let byteCount, let limit):
            "the weights take \(Format.bytes(byteCount)), and an ONNX file holds \(Format.bytes(limit)); use --torch"
        case .unwritable(let path, let reason): "\(path): can't be written: \(reason)"
        }
    }

    /// Writes a file, completely or not at all.
    static func write(_ data: Data, to path: String) throws(ExportError) {
        do {
            try data.write(toOutput: path)
        } catch {
            throw .unwritable(path: path, reason: error.reason)
        }
    }
}
