/// Rows and columns of a window, or a stride.
///
/// An integer literal is both.
package struct Extent: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// Rows.
    package let rows: Int
    /// Columns.
    package let columns: Int

    /// An extent.
    ///
    /// - Parameters:
    ///   - rows: Rows.
    ///   - columns: Columns.
    package init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }

    /// A square.
    ///
    /// - Parameter side: Rows and columns.
    package init(_ side: Int) { self.init(rows: side, columns: side) }

    /// A square.
    ///
    /// - Parameter value: Rows and columns.
    package init(integerLiteral value: Int) { self.init(value) }

    /// A number of columns in one row.
    ///
    /// - Parameter count: Columns.
    /// - Returns: The extent.
    package static func columns(_ count: Int) -> Extent { Extent(rows: 1, columns: count) }

    /// For example `3×5`.
    package var description: String { "\(rows)×\(columns)" }
    /// The smaller of the two.
    var smaller: Int { min(rows, columns) }
    /// The larger of the two.
    var larger: Int { max(rows, columns) }
}
