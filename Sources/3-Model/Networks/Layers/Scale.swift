import Kernels
import Tensors

/// Multiplication of every number by the same factor: `factor · x`.
package struct Scale: Layer {
    package static let kind = "scale"
    package var role: LayerRole { .pointwise }

    /// The factor, which isn't trained.
    package let factor: Float

    /// A layer.
    ///
    /// - Parameter factor: The factor; finite.
    package init(factor: Float) {
        precondition(factor.isFinite, "scale: factor \(factor) found, a finite one needed")
        self.factor = factor
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        Plan(outputShape: context.inputShape, factor: factor)
    }
}

private struct Plan: LayerPlan {
    let outputShape: FeatureShape
    let factor: Float

    // Not in place: the backward pass of the previous layer, such as ReLU, may need the signs of its output.
    var forwardFLOPs: Int { outputShape.count }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Elementwise.multiply(input, by: factor, into: output)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Elementwise.multiply(gradients.output, by: factor, into: inputGradient)
    }
}
