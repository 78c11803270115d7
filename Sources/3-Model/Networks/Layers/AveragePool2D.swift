package import Configuration
import Kernels
package import Tensors

/// The mean of each window, without padding.
package struct AveragePool2D: Layer {
    package static let kind = "averagePool2d"

    package let outputShape: FeatureShape
    private let shape: PoolingShape

    /// Windows of `kernel × kernel`, `stride` apart (default: the kernel).
    package init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        shape = try PoolingShape(options: options, context: context)
        outputShape = shape.outputFeatures
    }

    package var cost: LayerCost { shape.cost }

    package func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Pooling.average(shape, batch: pass.batch, input: input, output: output)
    }

    package func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Pooling.averageBackward(
            shape,
            batch: pass.batch,
            outputGradient: gradients.output,
            inputGradient: inputGradient
        )
    }
}
