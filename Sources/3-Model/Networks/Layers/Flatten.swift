package import Configuration
package import Tensors

/// An image as a vector.
///
/// Memory stays as it is; files have the features in channel, row, column order.
package struct Flatten: Layer {
    package static let kind = "flatten"

    package let outputShape: FeatureShape

    /// The view; it has no options.
    package init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        outputShape = context.inputShape.flattened
    }

    package var cost: LayerCost { LayerCost(forwardFLOPs: 0) }
    package var storage: OutputStorage { .view }

    package func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        output.copy(from: input)
    }

    package func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        gradients.input?.copy(from: gradients.output)
    }
}
