public import Configuration
import Kernels
public import Tensors

/// Each channel's mean over the whole image: from `[N, H, W, C]` to `[N, C]`.
public struct GlobalAveragePool: Layer {
    public static let kind = "globalAveragePool"

    public let outputShape: FeatureShape
    private let rows: Int
    private let columns: Int

    /// The mean; it has no options.
    public init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        guard case .image(let height, let width, let channels) = context.inputShape else {
            throw options.error(nil, "globalAveragePool needs an image; its input is a vector of \(context.inputShape)")
        }
        (rows, columns) = (height, width)
        outputShape = .vector(count: channels, image: nil)
    }

    public var cost: LayerCost {
        LayerCost(forwardFLOPs: rows * columns * outputShape.count, window: max(rows, columns))
    }

    public func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Pooling.globalAverage(input, channels: outputShape.count, batch: pass.batch, into: output)
    }

    public func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Pooling.globalAverageBackward(
            gradients.output, channels: outputShape.count, batch: pass.batch, inputGradient: inputGradient)
    }
}
