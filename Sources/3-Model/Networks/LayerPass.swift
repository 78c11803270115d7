package import Tensors
package import Tracing

/// The memory and settings of one call of a layer on one virtual shard.
///
/// The slices contain the whole network's values: a layer finds its own by the offsets of its parameters and
/// statistics.
package struct LayerPass {
    /// The number of samples in the shard.
    package let batch: Int
    /// Training or evaluation.
    package let mode: PassMode
    /// The network's parameters.
    package let parameters: TensorSlice
    /// The network's running statistics.
    package let runningStatistics: TensorSlice
    /// The layer's prepared weights.
    package var prepared: TensorSlice
    /// What the layer saves in `forward` for `backward`.
    package var saved: TensorSlice
    /// Scratch memory of the thread.
    package var scratch: TensorSlice
    /// How ReLU passes gradients back.
    package var reluBackward = ReLUBackward.exact
    /// Records spans for the trace; nil when tracing is off.
    package let recorder: SpanRecorder?

    /// The memory and settings of one call on one shard.
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
    /// Where its output was positive, which is the derivative.
    case exact
    /// Only positive gradients, and only where its output was positive, as in guided backpropagation (Springenberg et
    /// al., "Striving for simplicity", 2015, section 3.4).
    case guided
}

/// Training on given samples, or evaluation.
package enum PassMode {
    /// Dropout is off and normalization uses the running statistics.
    case evaluation
    /// The samples' coordinates for random streams, and the memory for the shard's sums of the running statistics.
    case training(SampleCoordinates, statisticSums: TensorSlice)
}

/// The gradients that `backward` reads and writes.
package struct LayerGradients {
    /// With respect to the layer's output; the layer may overwrite it.
    package let output: TensorSlice
    /// With respect to the layer's input, overwritten; nil if it isn't needed.
    package let input: TensorSlice?
    /// With respect to the network's parameters: the shard's whole flat gradient.
    package let parameters: TensorSlice
    /// Where gradients of frozen tensors are written, which nobody reads: room for the largest.
    package let discarded: TensorSlice?
    /// Called with the offset from which on the shard's flat gradient is final.
    package let isReady: (Int) -> Void

    /// The gradients of one call.
    package init(
        output: TensorSlice,
        input: TensorSlice?,
        parameters: TensorSlice,
        discarded: TensorSlice? = nil,
        isReady: @escaping (Int) -> Void = { _ in }
    ) {
        self.output = output
        self.input = input
        self.parameters = parameters
        self.discarded = discarded
        self.isReady = isReady
    }

    /// Where a layer writes the gradient of one of its tensors.
    package func gradient(of parameter: Parameter) -> TensorSlice {
        if parameter.isTrained { return parameters[parameter.range] }
        guard let discarded else {
            preconditionFailure("\(parameter.name): no room for a frozen tensor's gradient found")
        }
        return discarded.prefix(parameter.count)
    }

    /// Says that the gradients of a layer's tensors, and of all layers after it, are final.
    package func areReady(_ parameters: [Parameter]) {
        if let first = parameters.first(where: \.isTrained) { isReady(first.offset) }
    }
}
