import Kernels

/// The largest value of each window, from `[N, H, W, C]` to `[N, OH, OW, C]`; padding never is the largest value.
package struct MaxPool2D: Layer {
    package static let kind = "maxPool2d"
    package var role: LayerRole { .pooling }

    /// The windows.
    package let window: PoolingWindow

    /// A pooling layer with these windows.
    package init(_ window: PoolingWindow) { self.window = window }

    /// A pooling layer; the parameters are those of `PoolingWindow`.
    package init(kernel: Extent, stride: Extent? = nil, padding: Extent = 0, roundsUp: Bool = false) {
        self.init(PoolingWindow(kernel: kernel, stride: stride, padding: padding, roundsUp: roundsUp))
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        let shape = try window.shape(context)
        return MaxPoolPlan(
            shape: shape,
            outputShape: shape.outputFeatures,
            receptiveField: shape.receptiveField,
            maximumBatch: context.maximumBatch
        )
    }
}
