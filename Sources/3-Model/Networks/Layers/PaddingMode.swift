/// The values of an image's padding.
package enum PaddingMode: String, CaseIterable, Sendable {
    /// Zeros.
    case zeros
    /// The reflected image, without repeating its edge pixels.
    case reflect
    /// The edge pixels, repeated.
    case replicate
    /// The image from its other end, as if it were repeated.
    case circular

    /// The pixel of the image whose value a position has.
    ///
    /// - Parameters:
    ///   - place: The position, counted from the image's first pixel; negative or beyond the last one in the padding.
    ///   - extent: The image's pixels along the axis.
    /// - Returns: An index below `extent`; nil for zeros.
    func source(of place: Int, extent: Int) -> Int? {
        if 0..<extent ~= place { return place }
        switch self {
        case .zeros: return nil
        case .reflect: return place < 0 ? -place : 2 * (extent - 1) - place
        case .replicate: return place < 0 ? 0 : extent - 1
        case .circular: return place < 0 ? place + extent : place - extent
        }
    }

    /// The largest padding.
    func limit(extent: Int) -> Int {
        switch self {
        case .zeros, .replicate: .max
        case .reflect: extent - 1
        case .circular: extent
        }
    }
}
