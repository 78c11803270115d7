/// What can go wrong when ranks talk to each other.
///
/// None of these can be repaired: the process should report and abort.
public enum CollectiveError: Error, Equatable, CustomStringConvertible {
    /// A wait came to its deadline, or another rank's did.
    case timedOut(CollectiveTimeout)
    /// MPI returned an error.
    ///
    /// - Parameters:
    ///   - rank: The rank whose call failed; nil before MPI has told it.
    ///   - function: The MPI function.
    ///   - message: MPI's own text.
    case failed(rank: Int?, function: String, message: String)

    /// The whole report, on several lines for a deadline.
    public var description: String {
        switch self {
        case .timedOut(let timeout): timeout.description
        case .failed(let rank, let function, let message):
            (rank.map { "rank \($0): " } ?? "") + "\(function) failed: \(message)"
        }
    }
}

/// What a rank knows when it gave up waiting: which ranks answered, and where each stands.
public struct CollectiveTimeout: Equatable, Sendable, CustomStringConvertible {
    /// The rank that reports.
    public let rank: Int
    /// What it waited for.
    public let call: CollectiveCall
    /// How long it had waited, in seconds.
    public let elapsedSeconds: Double
    /// The host of each rank.
    public let hostNames: [String]
    /// Each rank's answer to "where are you?"; nil from a rank that did not answer.
    public let statuses: [RankStatus?]

    /// The ranks that gave no answer.
    ///
    /// Empty when all are alive but wait for different things.
    public var missingRanks: [Int] { statuses.indices.filter { statuses[$0] == nil } }

    /// One line that names the missing ranks, then one for each rank.
    public var description: String {
        let seconds = (elapsedSeconds * 10).rounded() / 10
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
