import Foundation

extension Error {
    /// The system's description, such as `Permission denied`, which Foundation keeps as the underlying error; otherwise
    /// the error's own description, without a period.
    package var systemReason: String {
        var error: NSError? = self as NSError
        while let found = error {
            if found.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(found.code))) }
            // The underlying error is a Swift error, which Linux casts to `NSError` in two steps only.
            error = (found.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError }
        }
        let text = localizedDescription
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
