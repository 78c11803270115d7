package import Tensors

/// Sums the gradients of all shards on all ranks.
///
/// A step is `begin`, then the backward pass of each local shard into its buffer, with `markReady` for what is final
/// and `progress` from time to time, then `finish`. Collective: every rank must make the same steps in the same order.
/// `markReady` may be called on any thread, everything else on the communicator's only.
package protocol GradientReducer: AnyObject, Sendable {
    /// The number of shards that this rank computes.
    var localShardCount: Int { get }

    /// The buffer for a local shard's gradient.
    ///
    /// The reducer never clears it: the backward pass overwrites it, and for an empty shard it must be filled with
    /// zeros.
    ///
    /// - Parameter index: A local shard, from 0.
    /// - Returns: Memory for the whole gradient, the same in every step.
    func gradient(ofLocalShard index: Int) -> TensorSlice

    /// Starts a step.
    ///
    /// - Parameter control: This rank's message to the others.
    /// - Throws: `ReductionError`.
    func begin(control: ControlRecord) throws(ReductionError)

    /// Declares the end of a shard's gradient as final.
    ///
    /// - Parameters:
    ///   - index: A local shard, from 0.
    ///   - offset: All elements from here on are final; 0 for the whole gradient.
    func markReady(localShard index: Int, from offset: Int)

    /// Starts to reduce what is final everywhere, and lets pending operations make progress.
    ///
    /// Never waits.
    ///
    /// - Throws: `ReductionError`.
    func progress() throws(ReductionError)

    /// Waits for the sum.
    ///
    /// Before that, every local shard must be final from 0 on.
    ///
    /// - Returns: The sum and the ranks' messages, valid until the next `begin`.
    /// - Throws: `ReductionError`.
    func finish() throws(ReductionError) -> ReducedGradient
}

/// The result of a step's reduction, equal on every rank.
package struct ReducedGradient {
    /// The sum of all shards' gradients.
    ///
    /// Several ranks may share this memory, so it must not be written to.
    package let gradient: TensorSlice
    /// Each rank's message, by rank.
    package let controls: [ControlRecord]

    package init(gradient: TensorSlice, controls: [ControlRecord]) {
        self.gradient = gradient
        self.controls = controls
    }
}
