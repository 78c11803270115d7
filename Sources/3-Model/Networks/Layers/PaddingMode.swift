/// What stands beyond the edges of an image.
package enum PaddingMode: String, CaseIterable, Sendable {
    /// Zeros.
    case zeros
    /// The image mirrored at its outermost pixels, which are not repeated.
    case reflect
    /// The outermost pixels, repeated.
    case replicate
    /// The image again, from its other end.
    case circular

    /// Which pixel of the image stands in a place on an axis.
    ///
    /// - Parameters:
    ///   - place: The place, from the image's first pixel; below 0 or beyond the last one outside.
    ///   - extent: The image's pixels along the axis.
    /// - Returns: From 0 to below `extent`; nil for zeros.
    func source(of place: Int, extent: Int) -> Int? {
        if 0..<extent ~= place { return place }
        switch self {
        case .zeros: return nil
        case .reflect: return place < 0 ? -place : 2 * (extent - 1) - place
        case .replicate: return place < 0 ? 0 : extent - 1
        case .circular: return place < 0 ? place + extent : place - extent
        }
    }

    /// The most pixels by which an image can be continued.
    func limit(extent: Int) -> Int {
        switch self {
        case .zeros, .replicate: .max
        case .reflect: extent - 1
        case .circular: extent
        }
    }
}
