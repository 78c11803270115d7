package import Collectives
import Foundation

/// The machine of a rank, for the likely reason why the rank is slow.
package struct RankMachine: Equatable {
    package let host: String
    /// The processor's name; empty if the system doesn't tell.
    package let processor: String
    /// Compute threads of all ranks of the machine.
    package let threadCount: Int
    /// Cores that these ranks may use.
    package let coreCount: Int

    package init(host: String, processor: String, threadCount: Int, coreCount: Int) {
        self.host = host
        self.processor = processor
        self.threadCount = threadCount
        self.coreCount = coreCount
    }

    /// The machines of all ranks, by rank.
    ///
    /// Collective: every rank must call this, in the same order.
    package static func ofRanks(
        over communicator: any Communicator,
        threadCount: Int
    ) throws(CollectiveError) -> [RankMachine] {
        let cores = Set(communicator.node.allowedCores.joined()).count
        let counts = try communicator.allGather([threadCount, cores])
        let processors = try communicator.allGatherTexts(processorName)
        let hosts = communicator.hostNames
        return hosts.indices.map { rank in
            let neighbours = hosts.indices.filter { hosts[$0] == hosts[rank] }
            return RankMachine(
                host: hosts[rank],
                processor: processors[rank],
                threadCount: neighbours.reduce(0) { $0 + counts[2 * $1] },
                coreCount: counts[2 * rank + 1]
            )
        }
    }

    private static var processorName: String {
        let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = information.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }

    /// Why a rank is probably slow.
    ///
    /// - Parameters:
    ///   - change: What was measured of it.
    ///   - machines: The machines of all ranks.
    /// - Returns: A clause for a message.
    package static func likelyReason(for change: SlowRankWatch.Change, among machines: [RankMachine]) -> String {
        let machine = machines[change.rank]
        if change.relativeProcessorShare < 0.85 {
            return machine.threadCount > machine.coreCount
                ? "\(machine.threadCount) threads of this run share \(machine.coreCount) cores there"
                : "its threads don't get their cores all the time: something else runs there"
        }
        if let other = machines.first(where: { $0.processor != machine.processor }) {
            return "its processor is \(machine.processor), others' is \(other.processor)"
        }
        return "its cores are slower: a lower clock, or memory that something else uses"
    }
}
