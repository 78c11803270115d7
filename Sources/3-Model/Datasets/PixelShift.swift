/// A translation of every image of a set.
package struct PixelShift: Sendable, Hashable {
    /// Pixels down; negative for up.
    package let rows: Int
    /// Pixels to the right; negative for left.
    package let columns: Int

    /// Creates a translation.
    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// Shifts by a distance, one each down, up, right and left; for 0 only the image in place.
    ///
    /// - Parameter pixels: At least 0.
    /// - Returns: One shift or four.
    package static func inEachDirection(pixels: Int) -> [PixelShift] {
        guard pixels != 0 else { return [PixelShift(rows: 0, columns: 0)] }
        return [(pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)].map { PixelShift(rows: $0, columns: $1) }
    }
}
