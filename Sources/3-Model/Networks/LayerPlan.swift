package import Tensors

/// A layer in its place: what computes it, from a batch of activations to the next, and back.
///
/// A plan knows its shapes and the most samples of a call: parameters, activations and scratch are lent to it at each
/// call, so that threads run the same plan on several virtual shards at once. `forward` and `backward` neither allocate nor
/// depend on anything but their arguments.
package protocol LayerPlan: Sendable {
    /// The shape of one sample's output.
    var outputShape: FeatureShape { get }
    /// The trainable tensors, in definition order; offsets are the network's.
    var parameters: [Parameter] { get set }
    /// Running statistics that evaluation uses, in definition order.
    var statistics: [RunningStatistic] { get set }
    /// Floating-point operations of one sample's forward pass; a multiplication and an addition are two.
    var forwardFLOPs: Int { get }
    /// What of the layer's input an output pixel sees.
    var receptiveField: ReceptiveField { get }
    /// Whether, and how, the output may lie in the input's memory.
    var storage: OutputStorage { get }
    /// The sequences of layers that the layer is made of; empty where it is made of none.
    var branches: [Sequential] { get }

    /// What the layer is to one before it that could do it along; nil where none can.
    var epilogue: LayerEpilogue? { get }
    /// The plan that does some of the layers that follow along, while its output is in cache.
    ///
    /// - Parameter epilogues: What follows, as far as it can be done along at all.
    /// - Returns: The plan, and how many of them it takes in.
    func fused(with epilogues: [LayerEpilogue]) -> (plan: any LayerPlan, takenCount: Int)

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
    /// `gradients.output` may be overwritten. Once a tensor's gradient is final, `gradients.isReady` is told its offset.
    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass)

    /// How the layer is computed, for `inspect` and `bench`; empty where there is nothing to say.
    var algorithm: String { get }
}

extension LayerPlan {
    package var parameters: [Parameter] {
        get { [] }
        set { precondition(newValue.isEmpty, "\(Self.self): \(newValue.count) parameters found, none needed") }
    }
    package var statistics: [RunningStatistic] {
        get { [] }
        set { precondition(newValue.isEmpty, "\(Self.self): \(newValue.count) statistics found, none needed") }
    }
    package var storage: OutputStorage { .separate }
    package var receptiveField: ReceptiveField { .pixel }
    package var branches: [Sequential] { [] }
    package var epilogue: LayerEpilogue? { nil }
    package func fused(with epilogues: [LayerEpilogue]) -> (plan: any LayerPlan, takenCount: Int) { (self, 0) }
    package var preparedCount: Int { 0 }
    package var savedCount: Int { 0 }
    package var scratchCount: Int { 0 }
    package func prepare(parameters: TensorSlice, into prepared: TensorSlice) {}
    package var algorithm: String { "" }
}

extension LayerPlan {
    /// How many numbers are trained.
    package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

    /// Numbers that the layer, and the layers inside of it, make of one sample.
    package var activationCount: Int {
        branches.reduce(storage == .view ? 0 : outputShape.count) { $0 + $1.activationCount }
    }

    /// Floating-point operations of training on one sample.
    ///
    /// Forward, and as many for each of the gradients by the parameters and by the input, where they are computed. Layers
    /// without parameters count twice for backward.
    ///
    /// - Parameter givesInputGradient: Whether backward computes the gradient by the input.
    /// - Returns: The number of operations.
    func trainingFLOPs(givesInputGradient: Bool) -> Int {
        let inside = branches.reduce(0) { $0 + $1.forwardFLOPs }
        let isTrained = !parameters.isEmpty
        let passes = givesInputGradient ? 3 : isTrained ? (branches.isEmpty ? 2 : 3) : 1
        return branches.reduce(passes * (forwardFLOPs - inside)) {
            $0 + $1.trainingFLOPs(givesInputGradient: givesInputGradient)
        }
    }
}

/// Work that a layer can do along for those that follow it.
package enum LayerEpilogue: Sendable, Equatable {
    /// max(x, 0).
    case relu
    /// The largest of each 2×2 pixels, none left out.
    case maxPool2
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
