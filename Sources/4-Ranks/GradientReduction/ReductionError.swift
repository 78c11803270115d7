public import Collectives

/// Why gradients could not be reduced.
public enum ReductionError: Error, Equatable, CustomStringConvertible {
    /// There are more ranks than shards to give them.
    case moreRanksThanShards(worldSize: Int, virtualShards: Int)
    /// The ranks are not in the same training step: their gradients do not belong together.
    case stepsDiffer([UInt64])
    /// The ranks could not talk to each other.
    case collective(CollectiveError)

    /// One sentence: what is wrong and what to do.
    public var description: String {
        switch self {
        case .moreRanksThanShards(let worldSize, let virtualShards):
            "\(worldSize) ranks found, at most \(virtualShards) can take part, one for each virtual shard: "
                + "raise parallel.virtualShards or start fewer ranks"
        case .stepsDiffer(let steps):
            "the ranks reduce gradients of different steps: "
                + steps.enumerated().map { "rank \($0) of step \($1)" }.joined(separator: ", ")
        case .collective(let error): error.description
        }
    }

    /// Runs communication whose errors become this module's.
    static func catching<Value>(_ body: () throws(CollectiveError) -> Value) throws(ReductionError) -> Value {
        do {
            return try body()
        } catch {
            throw .collective(error)
        }
    }
}
