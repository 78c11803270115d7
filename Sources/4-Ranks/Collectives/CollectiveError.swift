import Formatting

/// What can go wrong in the communication between ranks.
///
/// A process can't recover from any of these: it should report the error and abort.
package enum CollectiveError: Error, Equatable, CustomStringConvertible {
    /// A wait reached its deadline, on this rank or on another one.
    case timedOut(CollectiveTimeout)
    /// MPI returned an error.
    ///
    /// - Parameters:
    ///   - rank: The rank whose call failed; nil if MPI had not told it yet.
    ///   - function: The MPI function.
    ///   - message: MPI's error text.
    case failed(rank: Int?, function: String, message: String)

    /// The report; several lines for a deadline.
    package var description: String {
        switch self {
        case .timedOut(let timeout): timeout.description
        case .failed(let rank, let function, let message):
            (rank.map { "rank \($0): " } ?? "") + "\(function) failed: \(message)"
        }
    }
}

/// What a rank knows when it gives up waiting: which ranks have answered, and what each of them is doing.
package struct CollectiveTimeout: Equatable, Sendable, CustomStringConvertible {
    /// The rank that reports.
    package let rank: Int
    /// What it waited for.
    package let call: CollectiveCall
    /// How long it has waited, in seconds.
    package let elapsedSeconds: Double
    /// The host of each rank.
    package let hostNames: [String]
    /// Each rank's answer; nil for a rank that didn't answer.
    package let statuses: [RankStatus?]

    /// The ranks that didn't answer.
    ///
    /// Empty if all are alive, but wait for different things.
    package var missingRanks: [Int] { statuses.indices.filter { statuses[$0] == nil } }

    /// One line with the missing ranks, then one line for each rank.
    package var description: String {
        let seconds = Format.fixed(elapsedSeconds, digits: 1)
        let table = statuses.enumerated().map { index, status in
            "  rank \(index) on \(hostNames[index]): \(status?.description ?? "no answer")"
        }
        return (["rank \(rank): \(call) not complete after \(seconds) s: \(blame)"] + table).joined(separator: "\n")
    }

    private var blame: String {
        guard missingRanks.isEmpty else {
            return "no answer from " + missingRanks.map { "rank \($0) on \(hostNames[$0])" }.joined(separator: ", ")
        }
        let calls = statuses.compactMap { $0?.lastCollective }
        return calls.allSatisfy { $0 == calls[0] }
            ? "every rank answers by now, one came too late"
            : "every rank answers, but they wait for different things"
    }
}
