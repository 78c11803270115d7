/// The largest value of each window, from `[N, C, L]` to `[N, C, OL]`: `maxPool2d` of an image with one row.
package struct MaxPool1D: Layer {
    package static let kind = "maxPool1d"
    package var role: LayerRole { .pooling }

    /// The layer for images with one row.
    package let row: MaxPool2D

    /// A pooling layer that treats a sequence as `row` does an image with one row.
    package init(row: MaxPool2D) { self.row = row }

    /// A pooling layer; the parameters are those of `PoolingWindow.columns`.
    package init(kernel: Int, stride: Int? = nil, padding: Int = 0, roundsUp: Bool = false) {
        self.init(row: MaxPool2D(.columns(kernel: kernel, stride: stride, padding: padding, roundsUp: roundsUp)))
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        try context.requireSequence(for: Self.kind, elseUse: MaxPool2D.kind)
        return try row.plan(context)
    }
}
