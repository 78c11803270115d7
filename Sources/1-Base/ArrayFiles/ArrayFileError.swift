/// Why an array can't be read from a file.
///
/// Each case names the file.
///
/// Each names the file.
package enum ArrayFileError: Error, Equatable, CustomStringConvertible {
    /// There is no such file.
    case missing(path: String)
    /// The system doesn't allow reading the file, or it isn't a regular file.
    case unreadable(path: String, reason: String)
    /// The file was written to while it was read.
    case changed(path: String)
    /// The file violates its format, or ends too early.
    case damaged(path: String, reason: String)
    /// The format allows this feature, but the reader doesn't support it.
    case unsupported(path: String, feature: String, needed: String)

    /// The file, what is wrong, and what was expected.
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
