import Tensors

/// One way to compute a convolution of a fixed shape.
protocol ConvolutionAlgorithm: Sendable {
    var description: String { get }
    var preparedWeightCount: Int { get }
    var scratchCount: Int { get }

    func prepare(weights: TensorSlice, into prepared: TensorSlice)
    func forward(_ pass: ForwardPass)
    func backward(_ pass: BackwardPass)
}

/// The arguments of `ConvolutionPlan.forward`.
struct ForwardPass {
    let batch: Int
    let input: TensorSlice
    let prepared: TensorSlice
    let bias: TensorSlice?
    let output: TensorSlice
    let saved: TensorSlice
    let scratch: TensorSlice
}

/// The arguments of `ConvolutionPlan.backward`.
struct BackwardPass {
    let batch: Int
    let input: TensorSlice
    let output: TensorSlice
    let outputGradient: TensorSlice
    let prepared: TensorSlice
    let saved: TensorSlice
    let inputGradient: TensorSlice?
    let weightGradient: TensorSlice
    let biasGradient: TensorSlice?
    let scratch: TensorSlice
}
