import Foundation

extension Error {
    /// The system's own words, such as `Permission denied`, which Foundation keeps under an error that says less; else the
    /// error's own, without a period.
    package var systemReason: String {
        var error: NSError? = self as NSError
        while let found = error {
            if found.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(found.code))) }
            // What lies under it is a Swift error, which Linux casts to `NSError` in two steps only.
            error = (found.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError }
        }
        let text = localizedDescription
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
