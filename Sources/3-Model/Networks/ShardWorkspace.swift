package import Kernels
package import Tensors
package import Tracing

/// The memory of one thread for a virtual shard: input, labels, saved activations, scratch, logits and their gradient.
///
/// Allocated once, for the largest shard. A workspace belongs to one thread at a time.
package final class ShardWorkspace: @unchecked Sendable {
    /// The samples' labels, with space for the largest shard.
    package var labels: [Int32]
    /// What mixup blends into the samples; nil if nothing.
    package var blend: SoftmaxCrossEntropy.Blend?
    /// Records spans for the trace; nil (the default) when tracing is off.
    package var recorder: SpanRecorder?
    let saved: AlignedBuffer
    let scratch: AlignedBuffer
    private let inputs: AlignedBuffer
    private let inputGradients: AlignedBuffer?
    private let headInputGradients: AlignedBuffer?
    private let outputs: AlignedBuffer
    private let outputGradients: AlignedBuffer
    private let inputCount: Int
    private let headInputCount: Int
    private let classCount: Int

    /// Allocates the memory for one thread.
    ///
    /// - Parameters:
    ///   - network: The network to run.
    ///   - blendsSamples: Whether the samples are blends of two, as with mixup; by default they aren't.
    ///   - givesInputGradient: Whether the gradient with respect to the input is kept; the network must have been made
    ///     to compute it.
    ///   - other: A workspace of the same network and thread, whose scratch memory is used here, too; by default none.
    package init(
        for network: Network,
        blendsSamples: Bool = false,
        givesInputGradient: Bool = false,
        sharingScratchOf other: ShardWorkspace? = nil
    ) {
        let batch = network.sequence.maximumBatch
        headInputCount = network.shardOrder.headInputCount
        inputCount = network.inputShape.count
        classCount = network.classCount
        labels = Array(repeating: 0, count: batch)
        blend = blendsSamples ? SoftmaxCrossEntropy.Blend(batch: batch) : nil
        saved = AlignedBuffer(count: network.sequence.savedCount)
        scratch = other?.scratch ?? AlignedBuffer(count: network.scratchElementCount)
        inputs = AlignedBuffer(count: batch * inputCount)
        inputGradients = givesInputGradient ? AlignedBuffer(count: batch * inputCount) : nil
        headInputGradients = headInputCount > 0 ? AlignedBuffer(count: batch * headInputCount) : nil
        outputs = AlignedBuffer(count: batch * classCount)
        outputGradients = AlignedBuffer(count: batch * classCount)
    }

    /// The samples to run, `[N, H, W, C]`.
    ///
    /// - Parameter batch: N.
    /// - Returns: The memory for the samples.
    package func input(batch: Int) -> TensorSlice { inputs.slice.prefix(batch * inputCount) }

    /// The gradient with respect to the samples, `[N, H, W, C]`; nil if it isn't kept.
    ///
    /// - Parameter batch: N.
    /// - Returns: The gradient, as the last backward pass wrote it.
    package func inputGradient(batch: Int) -> TensorSlice? { inputGradients?.slice.prefix(batch * inputCount) }

    /// The gradient with respect to what the head's first layer reads, `[N, ...]`; nil if there is no head.
    ///
    /// - Parameter batch: N.
    /// - Returns: Where backward through the head writes it.
    func headInputGradient(batch: Int) -> TensorSlice? { headInputGradients?.slice.prefix(batch * headInputCount) }

    /// The logits of the last pass, `[N, K]`.
    ///
    /// - Parameter batch: N.
    /// - Returns: The logits, as the last forward pass wrote them.
    package func logits(batch: Int) -> TensorSlice { outputs.slice.prefix(batch * classCount) }

    /// The gradient with respect to the logits, `[N, K]`.
    ///
    /// - Parameter batch: N.
    /// - Returns: The memory to which the loss writes it.
    func logitGradient(batch: Int) -> TensorSlice { outputGradients.slice.prefix(batch * classCount) }
}
