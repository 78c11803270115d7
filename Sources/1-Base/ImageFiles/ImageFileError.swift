/// Why a picture can't be had from a file.
///
/// Each names the file.
package enum ImageFileError: Error, Equatable, CustomStringConvertible {
    /// The system doesn't let us read the file, or it isn't a file.
    case unreadable(path: String, reason: String)
    /// The file was written to while it was read.
    case changed(path: String)
    /// The bytes begin like none of the formats there are.
    case unknownFormat(path: String)
    /// The file isn't what its format demands, or ends too early.
    case damaged(path: String, format: ImageFormat, reason: String)
    /// The format has this, but the decoder doesn't.
    case unsupported(path: String, format: ImageFormat, feature: String)
    /// More pixels than are taken memory for.
    case tooLarge(path: String, width: Int, height: Int)

    /// The file, what is wrong with it, and what would be right.
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): can't be read: \(reason)"
        case .changed(let path): "\(path): changed while it was read; try again when nobody writes to it"
        case .unknownFormat(let path): "\(path): not a picture; \(ImageFormat.list) needed"
        case .damaged(let path, let format, let reason): "\(path): damaged \(format.name): \(reason)"
        case .unsupported(let path, let format, let feature): "\(path): \(format.name) with \(feature) isn't supported"
        case .tooLarge(let path, let width, let height):
            "\(path): \(width)×\(height) pixels found, at most \(ImageFormat.maximumPixelCount) in all and "
                + "\(ImageFormat.maximumSide) a side are read"
        }
    }
}
