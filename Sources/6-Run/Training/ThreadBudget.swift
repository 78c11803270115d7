package import Collectives
import Foundation
import Processes

/// The number of compute threads of a rank.
package enum ThreadBudget {
    /// The variable with which launchers set the number of threads.
    static let variable = "SWIFT_DP_THREADS"

    /// A rank's threads: the requested number, or else its share of the cores that it may use, at least one.
    ///
    /// - Parameters:
    ///   - requested: `parallel.threadsPerRank`.
    ///   - node: The ranks of this rank's machine.
    /// - Returns: The number of threads.
    package static func threadCount(requested: Int?, node: NodePlacement) -> Int {
        let asked = requested ?? ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
        return max(1, asked ?? share(of: node, quota: ProcessorCores.quota()))
    }

    /// Gives a rank that Open MPI has bound to fewer cores than it has threads its share of the machine's cores.
    ///
    /// Never goes beyond the cores that the program was started with.
    ///
    /// - Parameters:
    ///   - threadCount: The rank's threads, which must not have started yet: a thread inherits the binding of the one
    ///     that starts it.
    ///   - node: The ranks of this rank's machine.
    package static func widenBinding(toThreads threadCount: Int, node: NodePlacement) {
        let allowed = node.allowedCores[node.index]
        guard threadCount > ProcessorCores.bound.count, ProcessorCores.bound.count < allowed.count else { return }
        ProcessorCores.bind(to: coresDue(threadCount, index: node.index, allowed: allowed))
    }

    /// The physical cores of this rank.
    ///
    /// Cores that several ranks of the machine may use are divided between them, and so is the control group's quota.
    ///
    /// - Parameters:
    ///   - node: This rank's place among the ranks of its machine.
    ///   - quota: The control group's limit for all of them, in cores; nil for no limit.
    ///   - physical: Selects one of the given cores for each physical core.
    /// - Returns: The number of threads, at least 1.
    package static func share(
        of node: NodePlacement,
        quota: Double?,
        physical: ([Int]) -> [Int] = { ProcessorCores.physical($0) }
    ) -> Int {
        let cores = node.allowedCores.map { Set(physical($0)) }
        // The small number compensates for the rounding of thirds.
        let share = cores[node.index].reduce(1e-9) { sum, core in
            sum + 1 / Double(cores.count { $0.contains(core) })
        }
        let time = quota.map { ($0 / Double(node.rankCount)).rounded(.up) } ?? .infinity
        return max(1, Int(min(share, time)))
    }

    /// Separate cores for each rank if there are enough, otherwise all cores for every rank.
    private static func coresDue(_ count: Int, index: Int, allowed: [Int]) -> [Int] {
        let cores = ProcessorCores.physical(allowed)
        let first = index * count
        return first + count <= cores.count ? Array(cores[first..<first + count]) : allowed
    }
}
