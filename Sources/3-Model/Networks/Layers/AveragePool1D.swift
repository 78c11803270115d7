/// The mean of each window, from `[N, C, L]` to `[N, C, OL]`: `averagePool2d` of an image of one row.
package struct AveragePool1D: Layer {
    package static let kind = "averagePool1d"
    package var role: LayerRole { .pooling }

    /// The windows as those of one row.
    package let row: AveragePool2D

    /// A layer of such windows.
    ///
    /// - Parameters:
    ///   - kernel: Numbers of a window, from 1 to 256.
    ///   - stride: From one window to the next, at least 1; by default the kernel's.
    ///   - padding: How far windows reach beyond the ends, at most half the kernel's; by default not at all.
    ///   - roundsUp: Whether a last window that reaches further beyond is computed; by default not.
    ///   - countsPadding: Whether means are over the padding, too, which is 0; by default so.
    package init(
        kernel: Int,
        stride: Int? = nil,
        padding: Int = 0,
        roundsUp: Bool = false,
        countsPadding: Bool = true
    ) {
        row = AveragePool2D(
            kernel: .columns(kernel),
            stride: .columns(stride ?? kernel),
            padding: Extent(rows: 0, columns: padding),
            roundsUp: roundsUp,
            countsPadding: countsPadding
        )
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        try context.requireSequence(for: Self.kind, elseUse: AveragePool2D.kind)
        return try row.plan(context)
    }
}
