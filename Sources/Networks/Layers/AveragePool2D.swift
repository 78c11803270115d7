public import Configuration
import Kernels
public import Tensors

/// The mean of each window, without padding.
public struct AveragePool2D: Layer {
    public static let kind = "averagePool2d"

    public let outputShape: FeatureShape
    private let shape: PoolingShape

    /// Windows of `kernel × kernel` (default 2), `stride` apart (default: the kernel).
    public init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        shape = try PoolingShape(options: options, context: context)
        outputShape = shape.outputFeatures
    }

    public var cost: LayerCost { shape.cost }

    public func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Pooling.average(shape, batch: pass.batch, input: input, output: output)
    }

    public func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Pooling.averageBackward(
            shape, batch: pass.batch, outputGradient: gradients.output, inputGradient: inputGradient)
    }
}
