/// The largest value of each window, from `[N, C, L]` to `[N, C, OL]`: `maxPool2d` of an image with one row.
package struct MaxPool1D: Layer {
    package static let kind = "maxPool1d"
    package var role: LayerRole { .pooling }

    /// The layer for images with one row.
    package let row: MaxPool2D

    /// A layer.
    ///
    /// - Parameters:
    ///   - kernel: The window's length, from 1 to 256.
    ///   - stride: The stride, at least 1; by default that of the kernel.
    ///   - padding: The padding on each side, at most half the kernel; by default 0.
    ///   - roundsUp: Whether the output's length is rounded up; by default down.
    package init(kernel: Int, stride: Int? = nil, padding: Int = 0, roundsUp: Bool = false) {
        row = MaxPool2D(
            kernel: .columns(kernel),
            stride: .columns(stride ?? kernel),
            padding: Extent(rows: 0, columns: padding),
            roundsUp: roundsUp
        )
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        try context.requireSequence(for: Self.kind, elseUse: MaxPool2D.kind)
        return try row.plan(context)
    }
}
