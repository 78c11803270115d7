/// A one-dimensional convolution (cross-correlation, as PyTorch's), from `[N, C, L]` to `[N, O, OL]` with
/// `OL = (L + P - D (K - 1) - 1) / S + 1`: a two-dimensional one of an image of one row.
package struct Conv1D: Layer {
    package static let kind = "conv1d"
    package var role: LayerRole { .featureMaps }

    /// The filters as those of one row.
    package let row: Conv2D

    /// A layer of filters.
    ///
    /// - Parameters:
    ///   - outputChannels: How many filters, at least 1.
    ///   - kernel: Numbers of a channel that a filter sees, at least 1.
    ///   - stride: From one output to the next, at least 1; by default 1.
    ///   - padding: How far the sequence is continued beyond its ends, of columns alone; by default not at all.
    ///   - paddingMode: What stands there; by default zeros.
    ///   - dilation: From one number that a filter sees to the next; by default 1.
    ///   - groups: Into how many parts the channels are cut, a divisor of the input's and the output's; by default 1.
    ///   - hasBias: Whether each filter has a bias; by default so.
    package init(
        outputChannels: Int,
        kernel: Int,
        stride: Int = 1,
        padding: Conv2D.Padding = .valid,
        paddingMode: PaddingMode = .zeros,
        dilation: Int = 1,
        groups: Int = 1,
        hasBias: Bool = true
    ) {
        if case .pixels(let extent) = padding {
            precondition(extent.rows == 0, "conv1d: a padding of \(extent) found, columns alone needed")
        }
        row = Conv2D(
            outputChannels: outputChannels,
            kernel: .columns(kernel),
            stride: .columns(stride),
            padding: padding,
            paddingMode: paddingMode,
            dilation: .columns(dilation),
            groups: groups,
            hasBias: hasBias
        )
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        try context.requireSequence(for: Self.kind, elseUse: Conv2D.kind)
        return try row.plan(context, filterAxes: 1)
    }
}
