package import Configuration
import Kernels
package import Tensors

/// The largest value of each window, without padding.
package struct MaxPool2D: Layer {
    package static let kind = "maxPool2d"

    package let outputShape: FeatureShape
    let shape: PoolingShape
    private let maximumBatch: Int

    /// Windows of `kernel × kernel`, `stride` apart (default: the kernel).
    package init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        shape = try PoolingShape(options: options, context: context)
        outputShape = shape.outputFeatures
        maximumBatch = context.maximumBatch
    }

    package var cost: LayerCost { shape.cost }

    package var savedCount: Int { shape.winnerCount(batch: maximumBatch) }

    package func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Pooling.max(shape, batch: pass.batch, input: input, output: output, winners: pass.saved)
    }

    package func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Pooling.maxBackward(
            shape,
            batch: pass.batch,
            outputGradient: gradients.output,
            winners: pass.saved,
            inputGradient: inputGradient
        )
    }
}

extension PoolingShape {
    /// The window that a pooling layer's options describe.
    init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        let kernel = try options.integer("kernel", in: 1...PoolingShape.kernelLimit)
        let stride = try options.integer("stride", default: kernel, in: 1...1024)
        guard case .image(let height, let width, let channels) = context.inputShape else {
            throw options.error(nil, "pooling needs an image; its input is a vector of \(context.inputShape)")
        }
        guard kernel <= min(height, width) else {
            throw options.error("kernel", "a \(kernel)×\(kernel) window does not fit an input of \(height)×\(width)")
        }
        self.init(inputHeight: height, inputWidth: width, channels: channels, kernel: kernel, stride: stride)
    }

    /// Whether it takes 2×2 pixels to one and leaves none out.
    var isHalving: Bool { kernel == 2 && stride == 2 && inputHeight % 2 == 0 && inputWidth % 2 == 0 }

    var outputFeatures: FeatureShape { .image(height: outputHeight, width: outputWidth, channels: channels) }

    var cost: LayerCost {
        LayerCost(forwardFLOPs: outputFeatures.count * kernel * kernel, window: kernel, stride: stride)
    }
}
