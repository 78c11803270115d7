package import Networks

/// The square of the input image that a pixel of a layer's maps sees.
package struct ReceptiveField: Sendable, Equatable {
    /// Rows and columns.
    package let side: Int
    private let stride: Int
    private let padding: Int

    /// The receptive fields of a layer.
    ///
    /// - Parameter layer: What knows their size, and how they lie.
    package init(of layer: LayerSummary) {
        side = layer.receptiveField
        stride = layer.receptiveFieldStride
        padding = layer.receptiveFieldPadding
    }

    /// Where the field of a pixel begins: negative where it reaches into the padding.
    ///
    /// - Parameters:
    ///   - row: The pixel's row in the layer's maps.
    ///   - column: Its column.
    /// - Returns: The first row and column of the input image.
    package func origin(row: Int, column: Int) -> (top: Int, left: Int) {
        (row * stride - padding, column * stride - padding)
    }
}
