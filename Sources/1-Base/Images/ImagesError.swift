/// Why a picture can't be written.
package enum ImagesError: Error, Equatable, CustomStringConvertible {
    /// libpng reported an error.
    case encoding(reason: String)

    /// What went wrong.
    package var description: String {
        switch self {
        case .encoding(let reason): "the picture can't be encoded as PNG: \(reason)"
        }
    }
}
