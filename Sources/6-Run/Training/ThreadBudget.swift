import CProcessorAffinity
package import Collectives
import Foundation

/// How many compute threads a rank gets.
package enum ThreadBudget {
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
    /// - Returns: The number of threads.
    package static func threadCount(requested: Int?, node: NodePlacement) -> Int {
        let asked = requested ?? ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
        let share = max(1, onlineCoreCount / node.rankCount)
        let count = max(1, asked ?? share)
        if count > boundCores.count { bind(toCores: coresDue(count, node: node)) }
        return asked ?? min(count, max(1, boundCores.count))
    }

    private static var onlineCoreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    private static func coresDue(_ count: Int, node: NodePlacement) -> [Int] {
        let first = node.index * count
        guard first + count <= onlineCoreCount else { return Array(0..<onlineCoreCount) }
        return Array(first..<first + count)
    }

    /// The cores on which the scheduler may run this process; all where the system doesn't tell.
    private static var boundCores: [Int] {
        var mask = [UInt8](repeating: 0, count: maskByteCount)
        guard cprocessor_affinity_get(&mask, mask.count) > 0 else { return Array(0..<onlineCoreCount) }
        return (0..<mask.count * 8).filter { mask[$0 / 8] & (1 << ($0 % 8)) != 0 }
    }

    // The kernel keeps the binding inside the process's control group, so this asks for no more than is allowed. Threads
    // that are started later inherit it.
    private static func bind(toCores cores: [Int]) {
        var mask = [UInt8](repeating: 0, count: maskByteCount)
        for core in cores where core / 8 < mask.count { mask[core / 8] |= 1 << (core % 8) }
        _ = cprocessor_affinity_set(&mask, mask.count)
    }

    /// Room for 8,192 cores.
    private static let maskByteCount = 1024
}
