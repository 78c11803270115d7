public import Configuration
import Kernels
public import Tensors

/// The rectifier, `max(x, 0)`, in place.
public struct ReLU: Layer {
    public static let kind = "relu"

    public let outputShape: FeatureShape

    /// A rectifier; it has no options.
    public init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        outputShape = context.inputShape
    }

    public var cost: LayerCost { LayerCost(forwardFLOPs: outputShape.count) }
    public var storage: OutputStorage { .inPlace }

    public func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Elementwise.relu(input, into: output)
    }

    public func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Elementwise.reluBackward(gradients.output, output: output, into: inputGradient)
    }
}
