/// Why numbers can't be had from a file.
///
/// Each names the file.
package enum ArrayFileError: Error, Equatable, CustomStringConvertible {
    /// Nothing is there.
    case missing(path: String)
    /// The system doesn't let us read the file, or it isn't a file.
    case unreadable(path: String, reason: String)
    /// The file was written to while it was read.
    case changed(path: String)
    /// The file isn't what its format demands, or ends too early.
    case damaged(path: String, reason: String)
    /// The format has this, but the reader doesn't.
    case unsupported(path: String, feature: String, needed: String)

    /// The file, what is wrong with it, and what would be right.
    package var description: String {
        switch self {
        case .missing(let path): "\(path): not found"
        case .unreadable(let path, let reason): "\(path): can't be read: \(reason)"
        case .changed(let path): "\(path): changed while it was read; try again when nobody writes to it"
        case .damaged(let path, let reason): "\(path): damaged: \(reason)"
        case .unsupported(let path, let feature, let needed): "\(path): \(feature) found, \(needed) needed"
        }
    }
}
