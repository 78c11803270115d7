/// A picture of 8-bit channels, gray or RGB.
package struct PixelImage: Sendable, Equatable {
    /// Columns.
    package let width: Int
    /// Rows.
    package let height: Int
    /// 1 for gray, 3 for red, green and blue.
    package let channels: Int
    /// The bytes, `[H, W, C]`; 255 is full brightness.
    package let pixels: [UInt8]

    /// A picture.
    ///
    /// - Parameters:
    ///   - width: Columns, at least 1.
    ///   - height: Rows, at least 1.
    ///   - channels: 1 for gray, 3 for red, green and blue.
    ///   - pixels: `[H, W, C]`.
    package init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "PixelImage: \(width)×\(height) pixels found, 1×1 or more needed")
        precondition(channels == 1 || channels == 3, "PixelImage: \(channels) channels found, 1 or 3 needed")
        precondition(
            pixels.count == width * height * channels,
            "PixelImage: \(pixels.count) bytes found, \(width * height * channels) needed"
        )
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }

    /// The same picture with each pixel drawn as a square, so that viewers that smooth still show its edges.
    ///
    /// - Parameter factor: The side of the square in pixels, at least 1.
    /// - Returns: The larger picture.
    package func enlarged(by factor: Int) -> PixelImage {
        precondition(factor >= 1, "PixelImage: factor \(factor) found, 1 or more needed")
        var enlarged: [UInt8] = []
        enlarged.reserveCapacity(pixels.count * factor * factor)
        for row in 0..<height * factor {
            for column in 0..<width * factor {
                let start = (row / factor * width + column / factor) * channels
                enlarged += pixels[start..<start + channels]
            }
        }
        return PixelImage(width: width * factor, height: height * factor, channels: channels, pixels: enlarged)
    }
}
