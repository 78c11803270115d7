import Kernels
import Tensors

/// The mean of each window, from `[N, H, W, C]` to `[N, OH, OW, C]` with `OH = (H + 2P - K) / S + 1`, rounded down or
/// up.
package struct AveragePool2D: Layer {
    package static let kind = "averagePool2d"
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
    /// Whether means include the padding, which is 0: PyTorch's `count_include_pad`.
    package let countsPadding: Bool

    /// A pooling layer.
    ///
    /// - Parameters:
    ///   - kernel: The window's rows and columns, from 1 to 256.
    ///   - stride: The stride, at least 1; by default that of the kernel.
    ///   - padding: The padding on each side, at most half the kernel; by default 0.
    ///   - roundsUp: Whether the output's size is rounded up; by default down.
    ///   - countsPadding: Whether means include the padding, which is 0; by default they do.
    package init(
        kernel: Extent,
        stride: Extent? = nil,
        padding: Extent = 0,
        roundsUp: Bool = false,
        countsPadding: Bool = true
    ) {
        window = PoolingWindow(kernel: kernel, stride: stride, padding: padding, roundsUp: roundsUp)
        self.countsPadding = countsPadding
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        Plan(shape: try window.shape(context, countsPadding: countsPadding))
    }

    private struct Plan: LayerPlan {
        let shape: PoolingShape

        var outputShape: FeatureShape { shape.outputFeatures }
        var forwardFLOPs: Int { shape.forwardFLOPs }
        var receptiveField: ReceptiveField { shape.receptiveField }

        func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
            Pooling.average(shape, batch: pass.batch, input: input, output: output)
        }

        func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
            guard let inputGradient = gradients.input else { return }
            Pooling.averageBackward(
                shape,
                batch: pass.batch,
                outputGradient: gradients.output,
                inputGradient: inputGradient
            )
        }
    }
}
