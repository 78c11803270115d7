public import Configuration
public import Tensors

/// One step of a network: from a batch of activations to the next, and back.
///
/// A layer is a value that knows its shapes and nothing of any batch: parameters, activations and scratch are lent to it
/// at each call, so that threads run the same layer on several virtual shards at once. `forward` and `backward` neither
/// allocate nor depend on anything but their arguments.
///
/// To add a layer: one file in `Layers/`, one line in `LayerRegistry`, one test suite.
public protocol Layer: Sendable {
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
    public var parameters: [Parameter] {
        get { [] }
        set { precondition(newValue.isEmpty, "\(Self.kind) has no parameters") }
    }
    public var statistics: [RunningStatistic] {
        get { [] }
        set { precondition(newValue.isEmpty, "\(Self.kind) has no running statistics") }
    }
    public var storage: OutputStorage { .separate }
    public var preparedCount: Int { 0 }
    public var savedCount: Int { 0 }
    public var scratchCount: Int { 0 }
    public func prepare(parameters: TensorSlice, into prepared: TensorSlice) {}
    public var planDescription: String { "" }
}

/// What a layer needs to know of its place when it is made.
public struct LayerContext: Sendable {
    /// The shape of one sample's input.
    public let inputShape: FeatureShape
    /// The layer's name: `3`, or `4.body.0`; empty for the whole network.
    public let name: String
    /// The lane of the layer's random streams: a hash of its name, so that adding a layer elsewhere changes none.
    public let lane: Int
    /// False where no trainable layer comes before and nobody asks for saliency: the input gradient is not computed.
    public let needsInputGradient: Bool
    /// The most samples that a shard can have.
    public let maximumBatch: Int
    /// Whether neighbouring layers may be computed as one.
    public let fusesLayers: Bool

    /// The context of a network.
    ///
    /// - Parameters:
    ///   - inputShape: The shape of one sample.
    ///   - maximumBatch: The most samples that a shard can have.
    ///   - needsInputGradient: Whether `backward` is to give the gradient with respect to the input.
    ///   - fusesLayers: Whether neighbouring layers may be computed as one.
    public init(inputShape: FeatureShape, maximumBatch: Int, needsInputGradient: Bool = false, fusesLayers: Bool = true) {
        self.init(
            inputShape: inputShape, name: "", lane: 0, needsInputGradient: needsInputGradient,
            maximumBatch: maximumBatch, fusesLayers: fusesLayers)
    }

    private init(
        inputShape: FeatureShape, name: String, lane: Int, needsInputGradient: Bool, maximumBatch: Int,
        fusesLayers: Bool
    ) {
        self.inputShape = inputShape
        self.name = name
        self.lane = lane
        self.needsInputGradient = needsInputGradient
        self.maximumBatch = maximumBatch
        self.fusesLayers = fusesLayers
    }

    /// The name of one of the layer's tensors.
    func tensorName(_ suffix: String) -> String { name + "." + suffix }

    /// The context of the layer at `index` of a sequence.
    func child(_ index: Int, inputShape: FeatureShape, needsInputGradient: Bool) -> LayerContext {
        nested("\(index)", inputShape: inputShape, needsInputGradient: needsInputGradient)
    }

    /// The context of one of the layer's branches.
    func branch(_ suffix: String) -> LayerContext {
        nested(suffix, inputShape: inputShape, needsInputGradient: needsInputGradient)
    }

    // The lane is the upper 24 bits of the name's FNV-1a hash.
    private func nested(
        _ suffix: String, inputShape: FeatureShape, needsInputGradient: Bool
    ) -> LayerContext {
        let path = name.isEmpty ? suffix : name + "." + suffix
        var hash: UInt32 = 0x811C_9DC5
        for byte in path.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return LayerContext(
            inputShape: inputShape, name: path, lane: Int(hash >> 8), needsInputGradient: needsInputGradient,
            maximumBatch: maximumBatch, fusesLayers: fusesLayers)
    }
}

/// Where a layer's output may lie.
public enum OutputStorage: Sendable {
    /// In memory of its own.
    case separate
    /// In the input's memory, which it then overwrites; only the layer before loses its output.
    case inPlace
    /// The output is the input: no number changes.
    case view
}

/// What one sample costs in one layer.
public struct LayerCost: Sendable, Equatable {
    /// Floating-point operations of the forward pass; a multiplication and an addition are two.
    public var forwardFLOPs: Int
    /// Rows and columns of input that an output pixel sees; 1 where the layer has no window.
    public var window: Int
    /// Rows and columns of input from one output pixel to the next.
    public var stride: Int

    /// A cost.
    ///
    /// - Parameters:
    ///   - forwardFLOPs: Floating-point operations of the forward pass.
    ///   - window: Rows and columns that an output pixel sees.
    ///   - stride: Rows and columns from one output pixel to the next.
    public init(forwardFLOPs: Int, window: Int = 1, stride: Int = 1) {
        self.forwardFLOPs = forwardFLOPs
        self.window = window
        self.stride = stride
    }
}

/// A tensor that evaluation uses and training updates by `running ← (1 - m) · running + m · batch`.
public struct RunningStatistic: Sendable {
    /// The name as PyTorch gives it: `1.running_mean`.
    public let name: String
    /// How many numbers.
    public let count: Int
    /// What it starts as.
    public let initialValue: Float
    /// m, PyTorch's `momentum`.
    public let momentum: Float
    /// The first float in the network's statistics buffer.
    public internal(set) var offset = 0

    /// The statistic's floats in the network's statistics buffer.
    public var range: Range<Int> { offset ..< offset + count }
}

/// What is lent to a layer for one call on one virtual shard. All slices of the network are whole: a layer finds its own
/// part by its parameters' and statistics' offsets.
public struct LayerPass {
    /// Samples in the shard.
    public let batch: Int
    /// Training or evaluation.
    public let mode: PassMode
    /// The network's parameters.
    public let parameters: TensorSlice
    /// The network's running statistics.
    public let runningStatistics: TensorSlice
    /// The layer's prepared weights.
    public var prepared: TensorSlice
    /// What the layer keeps from `forward` to `backward`.
    public var saved: TensorSlice
    /// Scratch, the thread's own.
    public var scratch: TensorSlice
}

/// Training on given samples, or evaluation.
public enum PassMode {
    /// Dropout is off and normalization uses the running statistics.
    case evaluation
    /// The samples' coordinates for random streams, and where the shard's sums for the running statistics go.
    case training(SampleCoordinates, statisticSums: TensorSlice)
}

/// What random streams of a shard's samples depend on, whatever rank computes it.
public struct SampleCoordinates {
    /// The run's seed.
    public let seed: UInt64
    /// The epoch, from 0.
    public let epoch: Int
    /// The samples' positions in the data set.
    public let samples: ArraySlice<Int32>

    /// The coordinates of a shard.
    ///
    /// - Parameters:
    ///   - seed: The run's seed.
    ///   - epoch: The epoch, from 0.
    ///   - samples: The samples' positions in the data set.
    public init(seed: UInt64, epoch: Int, samples: ArraySlice<Int32>) {
        self.seed = seed
        self.epoch = epoch
        self.samples = samples
    }
}

/// The gradients that `backward` reads and writes.
public struct LayerGradients {
    /// With respect to the layer's output; the layer may overwrite it.
    public let output: TensorSlice
    /// With respect to the layer's input, overwritten; nil where nobody needs it.
    public let input: TensorSlice?
    /// With respect to the network's parameters: the shard's whole flat gradient.
    public let parameters: TensorSlice
    /// Told the offset from which on the shard's flat gradient is final.
    public let isReady: (Int) -> Void

    /// The gradients of one call.
    ///
    /// - Parameters:
    ///   - output: With respect to the layer's output.
    ///   - input: With respect to the layer's input, overwritten.
    ///   - parameters: The shard's whole flat gradient.
    ///   - isReady: Told the offset from which on that gradient is final.
    public init(
        output: TensorSlice, input: TensorSlice?, parameters: TensorSlice, isReady: @escaping (Int) -> Void = { _ in }
    ) {
        self.output = output
        self.input = input
        self.parameters = parameters
        self.isReady = isReady
    }
}
