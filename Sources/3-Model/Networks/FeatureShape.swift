/// The shape of one sample's activations.
///
/// In memory images are channels last, `[H, W, C]`; files keep PyTorch's `[C, H, W]`.
package enum FeatureShape: Hashable, Sendable, CustomStringConvertible {
    /// An image of `height × width` pixels with `channels` values each.
    case image(height: Int, width: Int, channels: Int)
    /// `count` values.
    ///
    /// For a flattened image, `image` is its shape, and the values are in the image's order.
    case vector(count: Int, image: ImageExtent?)

    /// The rows, columns and channels of a flattened image.
    package struct ImageExtent: Hashable, Sendable {
        /// Rows.
        package let height: Int
        /// Columns.
        package let width: Int
        /// Channels.
        package let channels: Int
    }

    /// The number of values of a sample.
    package var count: Int {
        switch self {
        case .image(let height, let width, let channels): height * width * channels
        case .vector(let count, _): count
        }
    }

    /// The shape as PyTorch writes it, without the batch: `32×16×16` or `4096`.
    package var description: String {
        switch self {
        case .image(let height, let width, let channels): "\(channels)×\(height)×\(width)"
        case .vector(let count, _): "\(count)"
        }
    }

    /// The same values as a vector.
    package var flattened: FeatureShape {
        guard case .image(let height, let width, let channels) = self else { return self }
        return .vector(
            count: count,
            image: ImageExtent(height: height, width: width, channels: channels)
        )
    }
}
