import Kernels
import Tensors

/// The largest value of each window, from `[N, H, W, C]` to `[N, OH, OW, C]` with `OH = (H + 2P - K) / S + 1`, rounded
/// down or up; padding never is the largest value.
package struct MaxPool2D: Layer {
    package static let kind = "maxPool2d"
    package var role: LayerRole { .pooling }

    /// The window's rows and columns.
    package var kernel: Extent { window.kernel }
    /// Rows and columns from one window to the next.
    package var stride: Extent { window.stride }
    /// The padding on each side.
    package var padding: Extent { window.padding }
    /// Whether the output's size is rounded up: PyTorch's `ceil_mode`.
    package var roundsUp: Bool { window.roundsUp }
    private let window: PoolingWindow

    /// A pooling layer.
    ///
    /// - Parameters:
    ///   - kernel: The window's rows and columns, from 1 to 256.
    ///   - stride: The stride, at least 1; by default that of the kernel.
    ///   - padding: The padding on each side, at most half the kernel; by default 0.
    ///   - roundsUp: Whether the output's size is rounded up; by default down.
    package init(
        kernel: Extent,
        stride: Extent? = nil,
        padding: Extent = 0,
        roundsUp: Bool = false
    ) {
        window = PoolingWindow(kernel: kernel, stride: stride, padding: padding, roundsUp: roundsUp)
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        Plan(shape: try window.shape(context), maximumBatch: context.maximumBatch)
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
