/// The largest value of each window, from `[N, C, L]` to `[N, C, OL]`: `maxPool2d` of an image of one row.
package struct MaxPool1D: Layer {
    package static let kind = "maxPool1d"
    package var role: LayerRole { .pooling }

    /// The windows as those of one row.
    package let row: MaxPool2D

    /// A layer of such windows.
    ///
    /// - Parameters:
    ///   - kernel: Numbers of a window, from 1 to 256.
    ///   - stride: From one window to the next, at least 1; by default the kernel's.
    ///   - padding: How far windows reach beyond the ends, at most half the kernel's; by default not at all.
    ///   - roundsUp: Whether a last window that reaches further beyond is computed; by default not.
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
