import Collectives
import Foundation

/// How many compute threads a rank gets.
enum ThreadBudget {
    /// The variable by which launch scripts hand out threads.
    static let variable = "SWIFT_DP_THREADS"

    /// A rank's threads: what was asked for, else its share of the node's cores, at least one.
    ///
    /// Open MPI binds each of two ranks or fewer to one core, threads and all; a rank that is due more cores than it is
    /// bound to widens its binding to them.
    ///
    /// - Parameters:
    ///   - requested: `parallel.threadsPerRank`.
    ///   - node: This rank's place among the ranks of its node.
    static func threadCount(requested: Int?, node: NodePlacement) -> Int {
        let asked = requested ?? ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
        let share = max(1, onlineCoreCount / node.rankCount)
        let count = max(1, asked ?? share)
        if count > boundCores.count { bind(toCores: coresDue(count, node: node)) }
        return asked ?? min(count, max(1, boundCores.count))
    }

    private static var onlineCoreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    private static func coresDue(_ count: Int, node: NodePlacement) -> [Int] {
        let first = node.index * count
        guard first + count <= onlineCoreCount else { return Array(0 ..< onlineCoreCount) }
        return Array(first ..< first + count)
    }

    #if os(Linux)
        /// The cores on which the scheduler may run this process.
        static var boundCores: [Int] {
            var set = cpu_set_t()
            guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else { return [] }
            return withUnsafeBytes(of: &set) { bytes in
                (0 ..< bytes.count * 8).filter { bytes[$0 / 8] & (1 << ($0 % 8)) != 0 }
            }
        }

        // The kernel keeps the binding inside the process's control group, so this asks for no more than is allowed.
        private static func bind(toCores cores: [Int]) {
            var set = cpu_set_t()
            withUnsafeMutableBytes(of: &set) { bytes in
                for core in cores where core / 8 < bytes.count { bytes[core / 8] |= 1 << (core % 8) }
            }
            _ = sched_setaffinity(0, MemoryLayout<cpu_set_t>.size, &set)
        }
    #else
        static var boundCores: [Int] { Array(0 ..< onlineCoreCount) }
        private static func bind(toCores cores: [Int]) {}
    #endif
}
