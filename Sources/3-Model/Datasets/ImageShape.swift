/// The shape of an image.
package struct ImageShape: Sendable, Equatable {
    /// 1 for gray, 3 for RGB; for samples that aren't images it is the number of features, and height and width are 1.
    package let channels: Int
    /// Rows of pixels.
    package let height: Int
    /// Columns of pixels.
    package let width: Int

    /// Creates a shape.
    ///
    /// - Parameters:
    ///   - channels: At least 1.
    ///   - height: At least 1.
    ///   - width: At least 1.
    package init(channels: Int, height: Int, width: Int) {
        precondition(
            min(channels, height, width) >= 1,
            "ImageShape: \(channels)x\(height)x\(width) found, 1 or more needed"
        )
        self.channels = channels
        self.height = height
        self.width = width
    }

    /// The number of values in an image, over all channels.
    package var count: Int { channels * height * width }

    /// The number of values in a channel.
    package var planeCount: Int { height * width }
}
