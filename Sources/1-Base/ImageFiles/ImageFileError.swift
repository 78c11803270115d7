/// Why a picture can't be read from a file.
///
/// Each case names the file.
///
/// Each names the file.
package enum ImageFileError: Error, Equatable, CustomStringConvertible {
    /// The system doesn't allow reading the file, or it isn't a regular file.
    case unreadable(path: String, reason: String)
    /// The file was written to while it was read.
    case changed(path: String)
    /// The first bytes match no supported format.
    case unknownFormat(path: String)
    /// The file violates its format, or ends too early.
    case damaged(path: String, format: ImageFormat, reason: String)
    /// The format allows this feature, but the decoder doesn't support it.
    case unsupported(path: String, format: ImageFormat, feature: String)
    /// The picture has more pixels than memory is allocated for.
    case tooLarge(path: String, width: Int, height: Int)

    /// The file, what is wrong, and what was expected.
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
