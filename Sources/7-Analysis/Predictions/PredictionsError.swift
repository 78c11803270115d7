import Foundation
import Metrics

/// Why pictures can't be classified, or answers written.
package enum PredictionsError: Error, Equatable, CustomStringConvertible {
    /// A file can't be written.
    case unwritable(path: String, reason: String)
    /// A folder has no pictures.
    case noPictures(folder: String)

    /// What is wrong, and where.
    package var description: String {
        switch self {
        case .unwritable(let path, let reason): "\(path): can't be written: \(reason)"
        case .noPictures(let folder):
            "\(folder): no pictures there or in folders below; PNG, JPEG, WebP, BMP or PPM needed"
        }
    }

    /// Writes a file, completely or not at all.
    ///
    /// - Parameters:
    ///   - data: Its bytes.
    ///   - path: The file, which is replaced if it exists.
    /// - Throws: `PredictionsError.unwritable`.
    static func write(_ data: Data, to path: String) throws(PredictionsError) {
        do {
            try data.write(toOutput: path)
        } catch {
            throw .unwritable(path: path, reason: error.reason)
        }
    }
}
