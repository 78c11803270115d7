import Foundation

/// The peak memory of this process.
enum PeakMemory {
    /// The peak in bytes, including memory shared with other ranks; nil if the system doesn't tell.
    ///
    /// Not from `getrusage`, whose value a process inherits from its parent.
    static var bytes: Int? {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        return kibibytes.map { $0 * 1024 }
    }
}
