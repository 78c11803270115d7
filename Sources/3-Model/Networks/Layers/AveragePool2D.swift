import Kernels

/// The mean of each window, from `[N, H, W, C]` to `[N, OH, OW, C]`.
package struct AveragePool2D: Layer {
    package static let kind = "averagePool2d"
    package var role: LayerRole { .pooling }

    /// The windows.
    package let window: PoolingWindow
    /// Whether means include the padding, which is 0: PyTorch's `count_include_pad`.
    package let countsPadding: Bool

    /// A pooling layer with these windows, whose means include the padding by default.
    package init(_ window: PoolingWindow, countsPadding: Bool = true) {
        self.window = window
        self.countsPadding = countsPadding
    }

    /// A pooling layer; the other parameters are those of `PoolingWindow`.
    package init(
        kernel: Extent,
        stride: Extent? = nil,
        padding: Extent = 0,
        roundsUp: Bool = false,
        countsPadding: Bool = true
    ) {
        let window = PoolingWindow(kernel: kernel, stride: stride, padding: padding, roundsUp: roundsUp)
        self.init(window, countsPadding: countsPadding)
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        let shape = try window.shape(context, countsPadding: countsPadding)
        return AveragePoolPlan(
            shape: shape,
            outputShape: shape.outputFeatures,
            receptiveField: shape.receptiveField
        )
    }
}
