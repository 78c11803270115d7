/// Why a picture can't be written.
public enum ImagesError: Error, Equatable, CustomStringConvertible {
    /// libpng reported an error.
    case encoding(reason: String)

    /// What went wrong.
    public var description: String {
        switch self {
        case .encoding(let reason): "the picture can't be encoded as PNG: \(reason)"
        }
    }
}
