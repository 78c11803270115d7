/// A color scale: stops at equal distances, with linear interpolation between them.
struct ColorScale {
    private let stops: [SIMD3<Float>]

    /// From black through purple and orange to pale yellow, for values from 0: matplotlib's inferno, whose lightness
    /// rises evenly, so that it can be read in gray and by color-blind people.
    static let sequential = ColorScale(stops: [
        [0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164],
    ])
    /// From blue through near white to red, for values of both signs: ColorBrewer's RdBu.
    static let diverging = ColorScale(stops: [
        [5, 48, 97], [67, 147, 195], [247, 247, 247], [214, 96, 77], [103, 0, 31],
    ])

    /// The color at a position.
    ///
    /// - Parameter position: From 0, the first stop, to 1, the last.
    /// - Returns: Red, green and blue.
    func color(at position: Float) -> SIMD3<Float> {
        let scaled = min(max(position, 0), 1) * Float(stops.count - 1)
        let first = min(Int(scaled), stops.count - 2)
        return stops[first] + (stops[first + 1] - stops[first]) * (scaled - Float(first))
    }
}
