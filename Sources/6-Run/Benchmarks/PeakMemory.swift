import Foundation

/// The most memory that this process has had.
enum PeakMemory {
    /// Bytes in memory at most so far, what is shared with other ranks included; nil where the system doesn't tell.
    ///
    /// Not `getrusage`'s figure, which a process inherits from the one that started it.
    static var bytes: Int? {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        return kibibytes.map { $0 * 1024 }
    }
}
