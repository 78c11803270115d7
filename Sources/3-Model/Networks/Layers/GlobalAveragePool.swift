package import Configuration
import Kernels
package import Tensors

/// Each channel's mean over the whole image: from `[N, H, W, C]` to `[N, C]`.
package struct GlobalAveragePool: Layer {
    package static let kind = "globalAveragePool"

    package let outputShape: FeatureShape
    private let rows: Int
    private let columns: Int

    /// The mean; it has no options.
    package init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        guard case .image(let height, let width, let channels) = context.inputShape else {
            throw options.error(nil, "globalAveragePool needs an image; its input is a vector of \(context.inputShape)")
        }
        (rows, columns) = (height, width)
        outputShape = .vector(count: channels, image: nil)
    }

    package var cost: LayerCost {
        LayerCost(forwardFLOPs: rows * columns * outputShape.count, window: max(rows, columns))
    }

    package func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Pooling.globalAverage(input, channels: outputShape.count, batch: pass.batch, into: output)
    }

    package func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Pooling.globalAverageBackward(
            gradients.output,
            channels: outputShape.count,
            batch: pass.batch,
            inputGradient: inputGradient
        )
    }
}
