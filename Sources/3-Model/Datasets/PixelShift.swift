/// A distance by which every image of a set is moved.
package struct PixelShift: Sendable, Hashable {
    /// By how many pixels down; negative for up.
    package let rows: Int
    /// By how many pixels to the right; negative for left.
    package let columns: Int

    /// Names the distance.
    ///
    /// - Parameters:
    ///   - rows: By how many pixels down.
    ///   - columns: By how many pixels to the right.
    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// The shifts by so many pixels: down, up, right and left; for none, the image where it is.
    ///
    /// - Parameter pixels: At least 0.
    /// - Returns: One shift or four.
    package static func inEachDirection(pixels: Int) -> [PixelShift] {
        guard pixels != 0 else { return [PixelShift(rows: 0, columns: 0)] }
        return [(pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)].map { PixelShift(rows: $0, columns: $1) }
    }
}
