/// The extents of one image.
package struct ImageShape: Sendable, Equatable {
    /// 3 for red, green and blue, 1 for gray; the features of a sample that is no image, whose height and width are 1.
    package let channels: Int
    /// Rows of pixels.
    package let height: Int
    /// Columns of pixels.
    package let width: Int

    /// Names the extents.
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

    /// Pixel values in one image, over all channels.
    package var count: Int { channels * height * width }

    /// Pixel values in one channel of an image.
    package var planeCount: Int { height * width }
}
