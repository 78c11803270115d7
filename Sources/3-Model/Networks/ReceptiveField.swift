/// The rectangle of the input on which one pixel of the output depends, and the distance between such rectangles.
package struct ReceptiveField: Sendable, Equatable {
    /// Along the rows, from top to bottom.
    package var rows: Axis
    /// Along the columns, from left to right.
    package var columns: Axis

    package init(rows: Axis, columns: Axis) {
        self.rows = rows
        self.columns = columns
    }

    /// The intervals along one axis.
    package struct Axis: Sendable, Equatable {
        /// Input pixels on which an output pixel depends.
        package var extent: Int
        /// Input pixels from one output pixel to the next.
        package var stride: Int
        /// How far the first output pixel's interval extends beyond the input, in pixels.
        package var padding: Int

        package init(extent: Int = 1, stride: Int = 1, padding: Int = 0) {
            self.extent = extent
            self.stride = stride
            self.padding = padding
        }

        /// The field through this layer and then another one.
        func followed(by next: Axis) -> Axis {
            Axis(
                extent: extent + (next.extent - 1) * stride,
                stride: stride * next.stride,
                padding: padding + next.padding * stride
            )
        }

        /// The field of two branches whose outputs are combined.
        func united(with other: Axis) -> Axis {
            let start = min(-padding, -other.padding)
            let end = max(extent - padding, other.extent - other.padding)
            return Axis(extent: end - start, stride: max(stride, other.stride), padding: -start)
        }
    }

    /// Every output pixel depends on the input pixel in its place.
    package static let pixel = ReceptiveField(rows: Axis(), columns: Axis())

    /// The output depends on the whole input.
    static func whole(rows: Int, columns: Int) -> ReceptiveField {
        ReceptiveField(rows: Axis(extent: rows), columns: Axis(extent: columns))
    }

    /// Every output pixel depends on the whole input, as with normalization over an image.
    static func everywhere(rows: Int, columns: Int) -> ReceptiveField {
        ReceptiveField(
            rows: Axis(extent: 2 * rows - 1, padding: rows - 1),
            columns: Axis(extent: 2 * columns - 1, padding: columns - 1)
        )
    }

    func followed(by next: ReceptiveField) -> ReceptiveField {
        ReceptiveField(rows: rows.followed(by: next.rows), columns: columns.followed(by: next.columns))
    }

    func united(with other: ReceptiveField) -> ReceptiveField {
        ReceptiveField(rows: rows.united(with: other.rows), columns: columns.united(with: other.columns))
    }

    /// The first row and column of a pixel's field; negative in the padding.
    ///
    /// - Parameters:
    ///   - row: The pixel's row in the layer's feature maps.
    ///   - column: Its column.
    /// - Returns: The first row and column of the input image.
    package func origin(row: Int, column: Int) -> (top: Int, left: Int) {
        (row * rows.stride - rows.padding, column * columns.stride - columns.padding)
    }
}

extension ReceptiveField: CustomStringConvertible {
    /// Rows and columns: `3×3`.
    package var description: String { "\(rows.extent)×\(columns.extent)" }
}
