import Kernels
import Tensors

/// The mean of each window, without padding, from `[N, H, W, C]` to `[N, OH, OW, C]` with `OH = (H - K) / S + 1`.
package struct AveragePool2D: Layer {
    package static let kind = "averagePool2d"
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
        Plan(shape: try PoolingShape(kernel: kernel, stride: stride, context: context))
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
