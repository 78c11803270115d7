package import Configuration
import Kernels
package import Tensors

/// The rectifier, `max(x, 0)`, in place.
package struct ReLU: Layer {
    package static let kind = "relu"

    package let outputShape: FeatureShape

    /// A rectifier; it has no options.
    package init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        outputShape = context.inputShape
    }

    package var cost: LayerCost { LayerCost(forwardFLOPs: outputShape.count) }
    package var storage: OutputStorage { .inPlace }

    package func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Elementwise.relu(input, into: output)
    }

    package func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Elementwise.reluBackward(gradients.output, output: output, into: inputGradient)
        if pass.rectifierBackward == .guided { Elementwise.relu(inputGradient, into: inputGradient) }
    }
}
