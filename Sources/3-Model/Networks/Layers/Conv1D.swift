/// A one-dimensional convolution (cross-correlation, as in PyTorch), a two-dimensional one of an image with one row.
///
/// From `[N, C, L]` to `[N, O, OL]` with `OL = (L + P - D (K - 1) - 1) / S + 1`.
package struct Conv1D: ParametricLayer {
    package static let kind = "conv1d"
    package var role: LayerRole { .featureMaps }

    /// The layer for images with one row.
    package let row: Conv2D
    package var tensors = LayerTensors()

    /// A layer.
    ///
    /// - Parameters:
    ///   - outputChannels: The number of filters, at least 1.
    ///   - kernel: The filter's length, at least 1.
    ///   - stride: The stride, at least 1; by default 1.
    ///   - padding: The padding, in columns only; by default none.
    ///   - paddingMode: The values of the padding; by default zeros.
    ///   - dilation: The dilation; by default 1.
    ///   - groups: The number of groups of channels, a divisor of input and output channels; by default 1.
    ///   - hasBias: Whether each filter has a bias; by default it does.
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
