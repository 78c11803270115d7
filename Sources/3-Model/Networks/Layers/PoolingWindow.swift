import Kernels

/// The windows of a pooling layer, from `[H, W]` to `[OH, OW]` with `OH = (H + 2P - K) / S + 1`, rounded down or up.
package struct PoolingWindow: Hashable, Sendable {
    /// The window's rows and columns.
    package let kernel: Extent
    /// Rows and columns from one window to the next.
    package let stride: Extent
    /// The padding on each side.
    package let padding: Extent
    /// Whether the output's size is rounded up: PyTorch's `ceil_mode`.
    package let roundsUp: Bool

    /// Windows.
    ///
    /// - Parameters:
    ///   - kernel: The window's rows and columns, from 1 to 256.
    ///   - stride: The stride, at least 1; by default that of the kernel.
    ///   - padding: The padding on each side, at most half the kernel; by default 0.
    ///   - roundsUp: Whether the output's size is rounded up; by default down.
    package init(kernel: Extent, stride: Extent? = nil, padding: Extent = 0, roundsUp: Bool = false) {
        self.kernel = kernel
        self.stride = stride ?? kernel
        self.padding = padding
        self.roundsUp = roundsUp
        precondition(
            kernel.smaller >= 1 && kernel.rows * kernel.columns <= PoolingShape.windowLimit && self.stride.smaller >= 1
                && padding.smaller >= 0,
            "pooling: kernel \(kernel), stride \(self.stride), padding \(padding) found"
        )
    }

    /// Windows of an image with one row; the parameters are lengths in columns, as those of the initializer.
    package static func columns(
        kernel: Int,
        stride: Int? = nil,
        padding: Int = 0,
        roundsUp: Bool = false
    ) -> PoolingWindow {
        PoolingWindow(
            kernel: .columns(kernel),
            stride: stride.map { .columns($0) },
            padding: Extent(rows: 0, columns: padding),
            roundsUp: roundsUp
        )
    }

    /// The windows for a layer's input.
    func shape(_ context: LayerContext, countsPadding: Bool = true) throws(LayerError) -> PoolingShape {
        let image = try context.image(for: "pooling")
        guard padding.rows <= kernel.rows / 2, padding.columns <= kernel.columns / 2 else {
            throw context.error(
                "a padding of \(padding) is more than half of a \(kernel) window",
                option: "padding"
            )
        }
        guard kernel.rows <= image.height + 2 * padding.rows, kernel.columns <= image.width + 2 * padding.columns else {
            let padded = padding == 0 ? "" : " with a padding of \(padding)"
            throw context.error(
                "a \(kernel) window does not fit an input of \(image.height)×\(image.width)\(padded)",
                option: "kernel"
            )
        }
        return PoolingShape(
            rows: axis(\.rows, of: image.height),
            columns: axis(\.columns, of: image.width),
            channels: image.channels,
            countsPadding: countsPadding
        )
    }

    private func axis(_ side: KeyPath<Extent, Int>, of input: Int) -> PoolingShape.Axis {
        PoolingShape.Axis(
            input: input,
            kernel: kernel[keyPath: side],
            stride: stride[keyPath: side],
            padding: padding[keyPath: side],
            roundsUp: roundsUp
        )
    }
}

extension PoolingShape {
    /// Whether it pools 2×2 pixels to one and leaves none out.
    var isHalving: Bool { isHalving(rows) && isHalving(columns) }

    private func isHalving(_ axis: Axis) -> Bool {
        axis.kernel == 2 && axis.stride == 2 && axis.padding == 0 && axis.input % 2 == 0
    }

    var outputFeatures: FeatureShape { .image(height: outputHeight, width: outputWidth, channels: channels) }

    var forwardFLOPs: Int { outputFeatures.count * rows.kernel * columns.kernel }

    var receptiveField: ReceptiveField {
        func field(_ axis: Axis) -> ReceptiveField.Axis {
            ReceptiveField.Axis(extent: axis.kernel, stride: axis.stride, padding: axis.padding)
        }
        return ReceptiveField(rows: field(rows), columns: field(columns))
    }
}
