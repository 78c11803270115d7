package import Configuration
package import Tensors

/// One step of a network: from a batch of activations to the next, and back.
///
/// A layer is a value that knows its shapes and nothing of any batch: parameters, activations and scratch are lent to it
/// at each call, so that threads run the same layer on several virtual shards at once. `forward` and `backward` neither
/// allocate nor depend on anything but their arguments.
///
/// To add a layer: one file in `Layers/`, one line in `LayerRegistry`, one test suite.
package protocol Layer: Sendable {
    /// The layer's name in configuration files.
    static var kind: String { get }

    /// Makes the layer that a configuration describes.
    ///
    /// - Parameters:
    ///   - options: The layer's mapping; the layer reads each of its options.
    ///   - context: What comes before the layer.
    /// - Throws: `ConfigurationError` where an option is wrong or the layer does not fit its input.
    init(options: OptionReader, context: LayerContext) throws(ConfigurationError)

    /// The shape of one sample's output.
    var outputShape: FeatureShape { get }
    /// The trainable tensors, in definition order; offsets are the network's.
    var parameters: [Parameter] { get set }
    /// Running statistics that evaluation uses, in definition order.
    var statistics: [RunningStatistic] { get set }
    /// What one sample costs, and what a pixel sees.
    var cost: LayerCost { get }
    /// Whether, and how, the output may lie in the input's memory.
    var storage: OutputStorage { get }

    /// Floats of prepared weights (`prepare`), the same for all shards.
    var preparedCount: Int { get }
    /// Floats kept from `forward` to `backward` for the largest shard.
    var savedCount: Int { get }
    /// Floats of scratch for the largest shard; they don't outlive a call.
    var scratchCount: Int { get }

    /// Brings the weights into the form in which the kernels want them: once a step, before any shard runs.
    func prepare(parameters: TensorSlice, into prepared: TensorSlice)
    /// Computes `output` from `input`; in training it also writes the shard's sums for the running statistics.
    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass)
    /// Computes the gradients with respect to the parameters and, where wanted, the input.
    ///
    /// `gradients.output` may be overwritten. Once a tensor's gradient is final, `pass.gradientsAreReady(from:)` says so.
    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass)

    /// How the layer is computed, for `inspect` and `bench`; empty where there is nothing to say.
    var planDescription: String { get }
}

extension Layer {
    package var parameters: [Parameter] {
        get { [] }
        set { precondition(newValue.isEmpty, "\(Self.kind) has no parameters") }
    }
    package var statistics: [RunningStatistic] {
        get { [] }
        set { precondition(newValue.isEmpty, "\(Self.kind) has no running statistics") }
    }
    package var storage: OutputStorage { .separate }
    package var preparedCount: Int { 0 }
    package var savedCount: Int { 0 }
    package var scratchCount: Int { 0 }
    package func prepare(parameters: TensorSlice, into prepared: TensorSlice) {}
    package var planDescription: String { "" }
}

/// Where a layer's output may lie.
package enum OutputStorage: Sendable {
    /// In memory of its own.
    case separate
    /// In the input's memory, which it then overwrites; only the layer before loses its output.
    case inPlace
    /// The output is the input: no number changes.
    case view
}

/// What one sample costs in one layer.
package struct LayerCost: Sendable, Equatable {
    /// Floating-point operations of the forward pass; a multiplication and an addition are two.
    package var forwardFLOPs: Int
    /// Rows and columns of input that an output pixel sees; 1 where the layer has no window.
    package var window: Int
    /// Rows and columns of input from one output pixel to the next.
    package var stride: Int
    /// Rows and columns of padding that the first output pixel's window starts with.
    package var padding: Int

    /// A cost.
    ///
    /// - Parameters:
    ///   - forwardFLOPs: Floating-point operations of the forward pass.
    ///   - window: Rows and columns that an output pixel sees.
    ///   - stride: Rows and columns from one output pixel to the next.
    ///   - padding: Rows and columns of padding before the first pixel.
    package init(forwardFLOPs: Int, window: Int = 1, stride: Int = 1, padding: Int = 0) {
        self.forwardFLOPs = forwardFLOPs
        self.window = window
        self.stride = stride
        self.padding = padding
    }
}
