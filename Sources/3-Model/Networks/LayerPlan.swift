package import Kernels
package import Tensors

/// A layer planned for its input, which computes the forward and backward pass.
///
/// A plan knows its shapes and the largest batch. Parameters, activations and scratch memory are passed to each call,
/// so that threads run the same plan on several virtual shards at once. `forward` and `backward` don't allocate, and
/// depend on nothing but their arguments.
package protocol LayerPlan: Sendable {
    /// The shape of one sample's output.
    var outputShape: FeatureShape { get }
    /// The trainable tensors, in definition order; offsets are the network's.
    var parameters: [Parameter] { get set }
    /// Running statistics that evaluation uses, in definition order.
    var statistics: [RunningStatistic] { get set }
    /// Floating-point operations of one sample's forward pass; a multiplication and an addition are two.
    var forwardFLOPs: Int { get }
    /// The part of the layer's input that an output pixel depends on.
    var receptiveField: ReceptiveField { get }
    /// Whether the output may share the input's memory.
    var storage: OutputStorage { get }
    /// The sequences of layers inside of this layer; empty if there are none.
    var branches: [Sequential] { get }

    /// How a preceding layer could compute this layer in its own pass; nil if it can't.
    var epilogue: LayerEpilogue? { get }
    /// The plan that also computes some of the following layers, while its output is in cache.
    ///
    /// - Parameter epilogues: The following layers, as far as they can be fused at all.
    /// - Returns: The plan, and how many of them it computes.
    func fused(with epilogues: [LayerEpilogue]) -> (plan: any LayerPlan, takenCount: Int)

    /// Floats of prepared weights (`prepare`), the same for all shards.
    var preparedCount: Int { get }
    /// Floats saved in `forward` for `backward`, for the largest shard.
    var savedCount: Int { get }
    /// Floats of scratch memory for the largest shard; its contents don't outlive a call.
    var scratchCount: Int { get }

    /// Transforms the weights to the layout that the kernels need: once a step, before any shard runs.
    func prepare(parameters: TensorSlice, into prepared: TensorSlice)
    /// Computes `output` from `input`; in training it also writes the shard's sums for the running statistics.
    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass)
    /// Computes the gradients with respect to the parameters and, if needed, the input.
    ///
    /// `gradients.output` may be overwritten. As soon as a tensor's gradient is final, `gradients.isReady` is called
    /// with its offset.
    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass)

    /// The algorithm, for `inspect` and `bench`; empty if there is nothing to say.
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
    /// The number of trained values.
    package var parameterCount: Int { parameters.reduce(0) { $0 + ($1.isTrained ? $1.count : 0) } }
    /// Whether any of its tensors is trained.
    var isTrained: Bool { parameters.contains(where: \.isTrained) }

    /// The values that the layer, including the layers inside of it, computes for one sample.
    package var activationCount: Int {
        branches.reduce(storage == .view ? 0 : outputShape.count) { $0 + $1.activationCount }
    }

    /// Floating-point operations of training on one sample.
    ///
    /// The forward pass, and as many operations for each of the gradients with respect to the parameters and to the
    /// input, if they are computed. For layers without parameters, the backward pass counts twice.
    ///
    /// - Parameter givesInputGradient: Whether the gradient with respect to the input is computed.
    /// - Returns: The number of operations.
    func trainingFLOPs(givesInputGradient: Bool) -> Int {
        let inside = branches.reduce(0) { $0 + $1.forwardFLOPs }
        let passes = givesInputGradient ? 3 : isTrained ? (branches.isEmpty ? 2 : 3) : 1
        return branches.reduce(passes * (forwardFLOPs - inside)) {
            $0 + $1.trainingFLOPs(givesInputGradient: givesInputGradient)
        }
    }
}

/// A layer that a preceding layer can compute in its own pass.
package enum LayerEpilogue: Sendable, Equatable {
    /// An activation.
    case activation(Activation)
    /// The maximum of each 2×2 pixels, with none left over.
    case maxPool2
}

/// Where a layer's output is stored.
package enum OutputStorage: Sendable {
    /// In its own memory.
    case separate
    /// In the input's memory, which is overwritten.
    case inPlace
    /// The output is the input, unchanged.
    case view
}
