/// The mean of each window, from `[N, C, L]` to `[N, C, OL]`: `averagePool2d` of an image with one row.
package struct AveragePool1D: Layer {
    package static let kind = "averagePool1d"
    package var role: LayerRole { .pooling }

    /// The layer for images with one row.
    package let row: AveragePool2D

    /// A pooling layer that treats a sequence as `row` does an image with one row.
    package init(row: AveragePool2D) { self.row = row }

    /// A pooling layer; the parameters are those of `PoolingWindow.columns` and of `AveragePool2D`.
    package init(
        kernel: Int,
        stride: Int? = nil,
        padding: Int = 0,
        roundsUp: Bool = false,
        countsPadding: Bool = true
    ) {
        let window = PoolingWindow.columns(kernel: kernel, stride: stride, padding: padding, roundsUp: roundsUp)
        self.init(row: AveragePool2D(window, countsPadding: countsPadding))
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        try context.requireSequence(for: Self.kind, elseUse: AveragePool2D.kind)
        return try row.plan(context)
    }
}
