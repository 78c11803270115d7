import Console
import Foundation

/// Standard output, for the progress bar.
package enum Terminal {
    /// The current width of the terminal of standard output.
    ///
    /// mpirun gives its ranks a pseudo-terminal of width 0, wherever its own output goes. So its launcher can tell the
    /// width of the terminal behind it in `SWIFT_DP_COLUMNS`.
    ///
    /// - Parameters:
    ///   - descriptor: A descriptor to check instead of standard output.
    ///   - environment: The process's environment.
    /// - Returns: The width in characters; nil if the output is a file or a pipe.
    package static func columns(
        of descriptor: Int32 = STDOUT_FILENO,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Int? {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment["SWIFT_DP_COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// The date and time for the beginning of a line, such as `2026-11-21 16:40:01`, in the machine's time zone.
    package static func timestamp() -> String { timestamp(Date().timeIntervalSince1970) }

    /// A time as text.
    ///
    /// - Parameter seconds: Seconds since 1970.
    /// - Returns: The text, always of the same length.
    package static func timestamp(_ seconds: Double) -> String {
        var now = time_t(seconds)
        var parts = tm()
        localtime_r(&now, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { text in
            let count = strftime(text.baseAddress, text.count, "%Y-%m-%d %H:%M:%S", &parts)
            return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Prints text immediately, without a line break; closed output doesn't stop training.
    ///
    /// - Parameter text: The text.
    package static func write(_ text: String) { StandardStream.output.tell(text) }
}
