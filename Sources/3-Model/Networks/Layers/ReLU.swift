import Kernels
import Tensors

/// `max(x, 0)`, in place.
package struct ReLU: Layer {
    package static let kind = "relu"
    package var role: LayerRole { .pointwise }

    /// A ReLU layer.
    package init() {}

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        Plan(outputShape: context.inputShape)
    }
}

private struct Plan: LayerPlan {
    let outputShape: FeatureShape

    var forwardFLOPs: Int { outputShape.count }
    var storage: OutputStorage { .inPlace }
    var epilogue: LayerEpilogue? { .activation(.relu) }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Elementwise.relu(input, into: output)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Elementwise.reluBackward(gradients.output, output: output, into: inputGradient)
        if pass.reluBackward == .guided { Elementwise.relu(inputGradient, into: inputGradient) }
    }
}
