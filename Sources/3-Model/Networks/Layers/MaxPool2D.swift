import Kernels
import Tensors

/// The largest value of each window, without padding, from `[N, H, W, C]` to `[N, OH, OW, C]` with
/// `OH = (H - K) / S + 1`.
package struct MaxPool2D: Layer {
    package static let kind = "maxPool2d"
    package var role: LayerRole { .pooling }

    /// Rows and columns of the window.
    package let kernel: Int
    /// Rows and columns from one window to the next.
    package let stride: Int

    /// A layer of such windows.
    ///
    /// - Parameters:
    ///   - kernel: Rows and columns of the window, at least 1.
    ///   - stride: Rows and columns from one window to the next, at least 1; by default the kernel.
    package init(kernel: Int, stride: Int? = nil) {
        (self.kernel, self.stride) = (kernel, stride ?? kernel)
        PoolingShape.require(kernel: kernel, stride: self.stride, of: Self.kind)
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        let shape = try PoolingShape(kernel: kernel, stride: stride, context: context)
        return Plan(shape: shape, maximumBatch: context.maximumBatch)
    }

    private struct Plan: LayerPlan {
        let shape: PoolingShape
        let maximumBatch: Int

        var outputShape: FeatureShape { shape.outputFeatures }
        var forwardFLOPs: Int { shape.forwardFLOPs }
        var receptiveField: ReceptiveField { shape.receptiveField }
        var epilogue: LayerEpilogue? { shape.isHalving ? .maxPool2 : nil }
        var savedCount: Int { shape.winnerCount(batch: maximumBatch) }

        func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
            Pooling.max(shape, batch: pass.batch, input: input, output: output, winners: pass.saved)
        }

        func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
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
}

extension PoolingShape {
    /// Traps on a window that no image fits.
    static func require(kernel: Int, stride: Int, of kind: String) {
        precondition(
            1...kernelLimit ~= kernel && stride >= 1,
            "\(kind): kernel \(kernel), stride \(stride) found, 1 ... \(kernelLimit) and at least 1 needed"
        )
    }

    /// The window on a layer's input.
    init(kernel: Int, stride: Int, context: LayerContext) throws(LayerError) {
        let image = try context.image(for: "pooling")
        guard kernel <= min(image.height, image.width) else {
            throw context.error(
                "a \(kernel)×\(kernel) window does not fit an input of \(image.height)×\(image.width)",
                option: "kernel"
            )
        }
        self.init(
            inputHeight: image.height,
            inputWidth: image.width,
            channels: image.channels,
            kernel: kernel,
            stride: stride
        )
    }

    /// Whether it takes 2×2 pixels to one and leaves none out.
    fileprivate var isHalving: Bool { kernel == 2 && stride == 2 && inputHeight % 2 == 0 && inputWidth % 2 == 0 }

    var outputFeatures: FeatureShape { .image(height: outputHeight, width: outputWidth, channels: channels) }

    var forwardFLOPs: Int { outputFeatures.count * kernel * kernel }

    var receptiveField: ReceptiveField {
        let axis = ReceptiveField.Axis(extent: kernel, stride: stride)
        return ReceptiveField(rows: axis, columns: axis)
    }
}
