import Collectives
import Processes

/// A failure in one line: rank, host, signal or exit code, step, last collective.
struct FailureLine {
    let clues: FailureClues
    let end: ProcessEnd
    let statuses: [Int: RankStatus]
    let shares: [HostShare]

    var text: String {
        let position = status.map { ", in step \($0.step), \($0.phase), last collective \($0.lastCollective)" } ?? ""
        let message = clues.message.map { " (\($0))" } ?? ""
        return "\(who) \(what)\(position)\(message)"
    }

    private var who: String {
        if let missing = clues.missing { return missing }
        switch (clues.rank, host) {
        case (let rank?, let host?): return "rank \(rank) on \(host)"
        case (let rank?, nil): return "rank \(rank)"
        case (nil, let host?): return "host \(host)"
        case (nil, nil): return "mpirun"
        }
    }

    private var what: String {
        if clues.missing != nil { return "stopped answering" }
        if let signal = clues.signal { return "ended by signal \(signal)" }
        if clues.rank == nil, clues.host != nil { return "was lost" }
        if let code = clues.exitCode { return "exited with code \(code)" }
        switch end {
        case .exited(let code): return "exited with code \(code)"
        case .signalled(let signal): return "ended by signal \(signal)"
        }
    }

    /// The host named by mpirun, or else the one that the rank was assigned to: ranks fill the hosts in order.
    private var host: String? {
        if let host = clues.host { return host }
        guard let rank = clues.rank else { return nil }
        let hosts = shares.flatMap { share in Array(repeating: share.host.name, count: share.rankCount) }
        return hosts.indices.contains(rank) ? hosts[rank] : nil
    }

    /// The rank's own status, or else that of the rank that came furthest.
    private var status: RankStatus? {
        clues.rank.flatMap { statuses[$0] } ?? statuses.values.max { $0.step < $1.step }
    }
}
