import Kernels

/// The windows of a pooling layer, as they are written down.
package struct PoolingWindow: Hashable, Sendable {
    /// Rows and columns of a window.
    package let kernel: Extent
    /// Rows and columns from one window to the next.
    package let stride: Extent
    /// Rows and columns that windows reach beyond the image.
    package let padding: Extent
    /// Whether last windows that reach further beyond are computed, PyTorch's `ceil_mode`.
    package let roundsUp: Bool

    /// Windows.
    ///
    /// - Parameters:
    ///   - kernel: Rows and columns of a window, from 1 to 256.
    ///   - stride: Rows and columns from one window to the next, at least 1; nil for the kernel's.
    ///   - padding: Rows and columns that windows reach beyond the image, at most half the kernel's.
    ///   - roundsUp: Whether last windows that reach further beyond are computed.
    init(kernel: Extent, stride: Extent?, padding: Extent, roundsUp: Bool) {
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

    /// The windows on a layer's input.
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
    /// Whether it takes 2×2 pixels to one and leaves none out.
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
