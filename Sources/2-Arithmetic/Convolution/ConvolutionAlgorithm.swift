import Tensors

/// An algorithm that computes convolutions of a fixed shape.
protocol ConvolutionAlgorithm: Sendable {
    var description: String { get }
    var preparedWeightCount: Int { get }
    var scratchCount: Int { get }

    func prepare(weights: TensorSlice, into prepared: TensorSlice)
    func forward(_ pass: ForwardPass)
    func backward(_ pass: BackwardPass)
}
