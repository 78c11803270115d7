import Tensors

/// An image as a vector.
///
/// The order in memory doesn't change; in files, weights have the features in channel, row, column order.
package struct Flatten: Layer {
    package static let kind = "flatten"
    package var role: LayerRole { .identity }

    /// A flattening layer.
    package init() {}

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        Plan(outputShape: context.inputShape.flattened)
    }
}

private struct Plan: LayerPlan {
    let outputShape: FeatureShape

    var forwardFLOPs: Int { 0 }
    var storage: OutputStorage { .view }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        output.copy(from: input)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        gradients.input?.copy(from: gradients.output)
    }
}
