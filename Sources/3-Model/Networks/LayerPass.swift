package import Tensors
package import Tracing

/// What is lent to a layer for one call on one virtual shard.
///
/// All slices of the network are whole: a layer finds its own part by its parameters' and statistics' offsets.
package struct LayerPass {
    /// Samples in the shard.
    package let batch: Int
    /// Training or evaluation.
    package let mode: PassMode
    /// The network's parameters.
    package let parameters: TensorSlice
    /// The network's running statistics.
    package let runningStatistics: TensorSlice
    /// The layer's prepared weights.
    package var prepared: TensorSlice
    /// What the layer keeps from `forward` to `backward`.
    package var saved: TensorSlice
    /// Scratch, the thread's own.
    package var scratch: TensorSlice
    /// What ReLU does to gradients.
    package var reluBackward = ReLUBackward.exact
    /// Notes what the thread does; nil where nobody wants to know.
    package let recorder: SpanRecorder?

    /// What is lent for one call on one shard.
    ///
    /// - Parameters:
    ///   - batch: Samples in the shard.
    ///   - mode: Training or evaluation.
    ///   - parameters: The flat parameters.
    ///   - runningStatistics: The flat running statistics.
    ///   - prepared: What `prepare` wrote.
    ///   - saved: Kept from `forward` to `backward`.
    ///   - scratch: Scratch, the thread's own.
    ///   - recorder: Notes what the thread does; nil (the default) where nobody wants to know.
    package init(
        batch: Int,
        mode: PassMode,
        parameters: TensorSlice,
        runningStatistics: TensorSlice,
        prepared: TensorSlice,
        saved: TensorSlice,
        scratch: TensorSlice,
        recorder: SpanRecorder? = nil
    ) {
        self.batch = batch
        self.mode = mode
        self.parameters = parameters
        self.runningStatistics = runningStatistics
        self.prepared = prepared
        self.saved = saved
        self.scratch = scratch
        self.recorder = recorder
    }
}

/// How ReLU passes gradients back.
package enum ReLUBackward: Sendable {
    /// Where its output was positive: the derivative.
    case exact
    /// Only positive gradients, where its output was positive: guided backpropagation (Springenberg et al., "Striving for
    /// simplicity", 2015, section 3.4).
    case guided
}

/// Training on given samples, or evaluation.
package enum PassMode {
    /// Dropout is off and normalization uses the running statistics.
    case evaluation
    /// The samples' coordinates for random streams, and where the shard's sums for the running statistics go.
    case training(SampleCoordinates, statisticSums: TensorSlice)
}

/// The gradients that `backward` reads and writes.
package struct LayerGradients {
    /// With respect to the layer's output; the layer may overwrite it.
    package let output: TensorSlice
    /// With respect to the layer's input, overwritten; nil where nobody needs it.
    package let input: TensorSlice?
    /// With respect to the network's parameters: the shard's whole flat gradient.
    package let parameters: TensorSlice
    /// Told the offset from which on the shard's flat gradient is final.
    package let isReady: (Int) -> Void

    /// The gradients of one call.
    ///
    /// - Parameters:
    ///   - output: With respect to the layer's output.
    ///   - input: With respect to the layer's input, overwritten.
    ///   - parameters: The shard's whole flat gradient.
    ///   - isReady: Told the offset from which on that gradient is final.
    package init(
        output: TensorSlice,
        input: TensorSlice?,
        parameters: TensorSlice,
        isReady: @escaping (Int) -> Void = { _ in }
    ) {
        self.output = output
        self.input = input
        self.parameters = parameters
        self.isReady = isReady
    }
}
