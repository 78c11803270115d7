/// The extents of one image.
public struct ImageShape: Sendable, Equatable {
    /// Colours: 3 for red, green and blue, 1 for grey.
    public let channels: Int
    /// Rows of pixels.
    public let height: Int
    /// Columns of pixels.
    public let width: Int

    /// Names the extents.
    ///
    /// - Parameters:
    ///   - channels: At least 1.
    ///   - height: At least 1.
    ///   - width: At least 1.
    public init(channels: Int, height: Int, width: Int) {
        precondition(
            min(channels, height, width) >= 1,
            "ImageShape: \(channels)x\(height)x\(width) found, 1 or more needed"
        )
        self.channels = channels
        self.height = height
        self.width = width
    }

    /// Pixel values in one image, over all channels.
    public var count: Int { channels * height * width }

    /// Pixel values in one channel of an image.
    public var planeCount: Int { height * width }
}
