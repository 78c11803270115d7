public import Tensors

/// Adds up the gradients of all shards on all ranks.
///
/// A step is `begin`, then backward of each local shard into its buffer with `markReady` as far as it is done and
/// `progress` from time to time, then `finish`. Collective: every rank must make the same steps in the same order.
/// `markReady` may come from any thread, everything else from the communicator's.
public protocol GradientReducer: AnyObject, Sendable {
    /// How many shards this rank computes.
    var localShardCount: Int { get }

    /// Where backward of a local shard puts its gradient. The reducer never clears it: backward overwrites it, and an
    /// empty shard is filled with zeros.
    ///
    /// - Parameter index: A local shard, from 0.
    /// - Returns: The reducer's memory for the whole gradient, the same in every step.
    func gradient(ofLocalShard index: Int) -> TensorSlice

    /// Starts a step.
    ///
    /// - Parameter control: What this rank tells the others.
    /// - Throws: `ReductionError`.
    func begin(control: ControlRecord) throws(ReductionError)

    /// Declares the end of a shard's gradient final.
    ///
    /// - Parameters:
    ///   - index: A local shard, from 0.
    ///   - offset: Every element from here to the end is final; 0 when the whole gradient is.
    func markReady(localShard index: Int, from offset: Int)

    /// Starts the reduction of what is ready and lets what is under way advance. Never waits.
    ///
    /// - Throws: `ReductionError`.
    func progress() throws(ReductionError)

    /// Waits for the sum. Every local shard must be ready from 0.
    ///
    /// - Returns: The sum and what the ranks told each other, valid until the next `begin`.
    /// - Throws: `ReductionError`.
    func finish() throws(ReductionError) -> ReducedGradient
}

/// What a step's reduction gives, on every rank alike.
public struct ReducedGradient {
    /// The sum of all shards' gradients.
    ///
    /// Several ranks may share this memory: read it, never write it.
    public let gradient: TensorSlice
    /// What each rank told, by rank.
    public let controls: [ControlRecord]
}
