import Kernels
import Tensors

/// What computes the activations other than ReLU: out of place, because their derivatives are taken at the input.
struct ActivationPlan: LayerPlan {
    let activation: Activation
    let outputShape: FeatureShape

    /// One a number, by convention: what an activation costs is no matter of additions and multiplications.
    var forwardFLOPs: Int { outputShape.count }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        activation.apply(to: input, into: output)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        activation.backward(input: input, gradient: gradients.output, into: inputGradient)
    }
}
