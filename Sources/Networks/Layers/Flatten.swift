public import Configuration
public import Tensors

/// An image as a vector. Memory stays as it is; files have the features in channel, row, column order.
public struct Flatten: Layer {
    public static let kind = "flatten"

    public let outputShape: FeatureShape

    /// The view; it has no options.
    public init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        outputShape = context.inputShape.flattened
    }

    public var cost: LayerCost { LayerCost(forwardFLOPs: 0) }
    public var storage: OutputStorage { .view }

    public func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        output.copy(from: input)
    }

    public func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        gradients.input?.copy(from: gradients.output)
    }
}
