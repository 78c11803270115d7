import Kernels
import Tensors

/// Every number times the same factor: `factor · x`.
package struct Scale: Layer {
    package static let kind = "scale"
    package var role: LayerRole { .pointwise }

    /// The factor; it is not trained.
    package let factor: Float

    /// The product.
    ///
    /// - Parameter factor: What each number is multiplied by; finite.
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

    // Not in place: the layer before, such as ReLU, may know from the signs of its output what it passed on.
    var forwardFLOPs: Int { outputShape.count }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Elementwise.multiply(input, by: factor, into: output)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Elementwise.multiply(gradients.output, by: factor, into: inputGradient)
    }
}
