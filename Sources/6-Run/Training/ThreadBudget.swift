package import Collectives
import Foundation
import Processes

/// How many compute threads a rank gets.
package enum ThreadBudget {
    /// The variable by which launchers hand out threads.
    static let variable = "SWIFT_DP_THREADS"

    /// A rank's threads: what was asked for, else its share of the cores that it may use, at least one.
    ///
    /// - Parameters:
    ///   - requested: `parallel.threadsPerRank`.
    ///   - node: This rank's place among the ranks of its machine.
    /// - Returns: The number of threads.
    package static func threadCount(requested: Int?, node: NodePlacement) -> Int {
        let asked = requested ?? ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
        return max(1, asked ?? share(of: node, quota: ProcessorCores.quota()))
    }

    /// Binds a rank that Open MPI has bound to fewer cores than its threads need to its share of the cores; what whoever
    /// started the program allows is never widened.
    ///
    /// - Parameters:
    ///   - threadCount: The rank's threads, which must not run yet: threads have the binding of the one that starts them.
    ///   - node: This rank's place among the ranks of its machine.
    package static func widenBinding(toThreads threadCount: Int, node: NodePlacement) {
        let allowed = node.allowedCores[node.index]
        guard threadCount > ProcessorCores.bound.count, ProcessorCores.bound.count < allowed.count else { return }
        ProcessorCores.bind(to: coresDue(threadCount, index: node.index, allowed: allowed))
    }

    /// The physical cores of this rank, those that it shares with others of its machine divided between them, and no
    /// more than its part of the control group's time.
    ///
    /// - Parameters:
    ///   - node: This rank's place among the ranks of its machine.
    ///   - quota: How many cores' worth of time the control group allows all of them; nil for no limit.
    ///   - physical: Of some cores, one for each physical core.
    /// - Returns: How many threads, 1 or more.
    package static func share(
        of node: NodePlacement,
        quota: Double?,
        physical: ([Int]) -> [Int] = { ProcessorCores.physical($0) }
    ) -> Int {
        let cores = node.allowedCores.map { Set(physical($0)) }
        // The small addition undoes the rounding of thirds.
        let share = cores[node.index].reduce(1e-9) { sum, core in
            sum + 1 / Double(cores.count { $0.contains(core) })
        }
        let time = quota.map { ($0 / Double(node.rankCount)).rounded(.up) } ?? .infinity
        return max(1, Int(min(share, time)))
    }

    /// Each rank its own cores where they suffice, else all cores for everyone.
    private static func coresDue(_ count: Int, index: Int, allowed: [Int]) -> [Int] {
        let cores = ProcessorCores.physical(allowed)
        let first = index * count
        return first + count <= cores.count ? Array(cores[first..<first + count]) : allowed
    }
}
