import Console
public import Foundation

/// Standard output, as a progress bar needs it.
public enum Terminal {
    /// The width of the terminal that standard output is shown on, now.
    ///
    /// mpirun puts a pseudo-terminal of width 0 before its ranks, wherever its own output goes. Its launcher can
    /// therefore say with `SWIFT_DP_COLUMNS` that there is a terminal behind it, and how wide it is.
    ///
    /// - Parameters:
    ///   - descriptor: What to ask instead of standard output.
    ///   - environment: The process's environment.
    /// - Returns: The width in characters; nil if the output goes to a file or a pipe.
    public static func columns(
        of descriptor: Int32 = STDOUT_FILENO,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Int? {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment["SWIFT_DP_COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Date and time, as a log's lines begin: `2026-11-21 16:40:01`, in the machine's time zone.
    public static func timestamp() -> String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { text in
            let count = strftime(text.baseAddress, text.count, "%Y-%m-%d %H:%M:%S", &parts)
            return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Prints text at once, without a line break; an output that is gone stops no training.
    ///
    /// - Parameter text: What to print.
    public static func write(_ text: String) { StandardStream.output.tell(text) }
}
