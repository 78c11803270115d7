import Foundation

/// How much memory this process may use.
package enum MemoryLimit {
    /// The machine's memory in bytes, or the smallest limit of a control group that contains this process.
    package static let bytes: Int = min(Int(clamping: ProcessInfo.processInfo.physicalMemory), groupBytes ?? .max)

    /// The smallest limit of the process's control group and its ancestors (Linux, cgroups(7)); nil without a limit.
    private static var groupBytes: Int? {
        let lines = (text("/proc/self/cgroup") ?? "").split(separator: "\n")
        let limits = lines.flatMap { line -> [Int] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let isUnified = parts[1].isEmpty
            guard isUnified || parts[1].split(separator: ",").contains("memory") else { return [] }
            let mount = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
            let name = isUnified ? "memory.max" : "memory.limit_in_bytes"
            let folders = parts[2].split(separator: "/")
            return (0...folders.count).compactMap { depth in
                let folder = ([mount] + folders.prefix(depth).map(String.init)).joined(separator: "/")
                return text("\(folder)/\(name)").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            }
        }
        return limits.min()
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
