import Kernels
import Tensors

/// The plan of the activations other than ReLU, which aren't computed in place, because their derivatives need the input.
struct ActivationPlan: LayerPlan {
    let activation: Activation
    let outputShape: FeatureShape

    /// By convention one per number: activations are hardly multiplications and additions.
    var forwardFLOPs: Int { outputShape.count }
    var epilogue: LayerEpilogue? { .activation(activation) }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        activation.apply(to: input, into: output)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        activation.backward(input: input, gradient: gradients.output, into: inputGradient)
    }
}
