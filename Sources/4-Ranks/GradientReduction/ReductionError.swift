package import Collectives

/// Why gradients can't be reduced.
package enum ReductionError: Error, Equatable, CustomStringConvertible {
    /// There are more ranks than shards.
    case moreRanksThanShards(worldSize: Int, virtualShards: Int)
    /// The ranks are in different training steps, so their gradients don't belong together.
    case stepsDiffer([UInt64])
    /// The communication between ranks failed.
    case collective(CollectiveError)

    /// What is wrong and what to do, in one sentence.
    package var description: String {
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

    /// Runs communication and converts its errors.
    package static func catching<Value>(_ body: () throws(CollectiveError) -> Value) throws(ReductionError) -> Value {
        do {
            return try body()
        } catch {
            throw .collective(error)
        }
    }
}
