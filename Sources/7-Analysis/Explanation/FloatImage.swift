/// An image of floats: a network's input, feature maps, or an attribution.
package struct FloatImage: Sendable, Equatable {
    /// Rows.
    package let height: Int
    /// Columns.
    package let width: Int
    /// Values per pixel.
    package let channels: Int
    /// The floats, `[H, W, C]`.
    package var values: [Float]

    /// An image.
    ///
    /// - Parameters:
    ///   - height: Rows.
    ///   - width: Columns.
    ///   - channels: Values per pixel.
    ///   - values: `[H, W, C]`.
    package init(height: Int, width: Int, channels: Int, values: [Float]) {
        precondition(
            values.count == height * width * channels,
            "FloatImage: \(values.count) floats found, \(height)×\(width)×\(channels) needed"
        )
        self.height = height
        self.width = width
        self.channels = channels
        self.values = values
    }

    /// A value of a pixel.
    ///
    /// - Parameters:
    ///   - row: From 0.
    ///   - column: From 0.
    ///   - channel: From 0.
    package subscript(row: Int, column: Int, channel: Int) -> Float {
        get { values[(row * width + column) * channels + channel] }
        set { values[(row * width + column) * channels + channel] = newValue }
    }

    /// The same image with each float replaced.
    ///
    /// - Parameter transform: Computes the new float.
    /// - Returns: The new image.
    package func mapValues(_ transform: (Float) -> Float) -> FloatImage {
        FloatImage(height: height, width: width, channels: channels, values: values.map(transform))
    }

    /// Combines the values of each pixel to one.
    ///
    /// - Parameter combine: Combines the values of a pixel.
    /// - Returns: An image of one channel.
    package func mapPixels(_ combine: (ArraySlice<Float>) -> Float) -> FloatImage {
        let pixels = stride(from: 0, to: values.count, by: channels).map { combine(values[$0..<$0 + channels]) }
        return FloatImage(height: height, width: width, channels: 1, values: pixels)
    }

    /// One channel.
    ///
    /// - Parameter channel: From 0.
    /// - Returns: An image of one channel.
    package func plane(_ channel: Int) -> FloatImage { mapPixels { $0[$0.startIndex + channel] } }

    /// A part of the image, which may extend beyond its edges.
    ///
    /// - Parameters:
    ///   - top: The first row; negative above the image.
    ///   - left: The first column; negative left of the image.
    ///   - partHeight: Rows.
    ///   - partWidth: Columns.
    ///   - outside: The color beyond the edges, one float per channel.
    /// - Returns: An image of `partHeight × partWidth`.
    package func cropped(top: Int, left: Int, height partHeight: Int, width partWidth: Int, outside: [Float])
        -> FloatImage
    {
        var part: [Float] = []
        for row in top..<top + partHeight {
            for column in left..<left + partWidth {
                let isInside = (0..<height).contains(row) && (0..<width).contains(column)
                part += isInside ? Array(values[((row * width + column) * channels)...].prefix(channels)) : outside
            }
        }
        return FloatImage(height: partHeight, width: partWidth, channels: channels, values: part)
    }

    /// The image at another size, with bilinear interpolation between the pixels' centers and constant extrapolation,
    /// as in PyTorch's `interpolate(mode: "bilinear", align_corners: false)`, which Captum's `LayerAttribution` uses.
    ///
    /// - Parameters:
    ///   - newHeight: Rows.
    ///   - newWidth: Columns.
    /// - Returns: The image at that size.
    package func resized(height newHeight: Int, width newWidth: Int) -> FloatImage {
        let rows = Self.taps(from: height, to: newHeight)
        let columns = Self.taps(from: width, to: newWidth)
        var resized = FloatImage(
            height: newHeight,
            width: newWidth,
            channels: channels,
            values: Array(repeating: 0, count: newHeight * newWidth * channels)
        )
        for (row, y) in rows.enumerated() {
            for (column, x) in columns.enumerated() {
                for channel in 0..<channels {
                    let upper =
                        (1 - x.share) * self[y.first, x.first, channel] + x.share * self[y.first, x.second, channel]
                    let lower =
                        (1 - x.share) * self[y.second, x.first, channel] + x.share * self[y.second, x.second, channel]
                    resized[row, column, channel] = (1 - y.share) * upper + y.share * lower
                }
            }
        }
        return resized
    }

    /// The two neighbours of each position, and the weight of the second one.
    private static func taps(from count: Int, to newCount: Int) -> [(first: Int, second: Int, share: Float)] {
        (0..<newCount).map { position in
            let center = max(0, (Float(position) + 0.5) * Float(count) / Float(newCount) - 0.5)
            let first = min(Int(center), count - 1)
            return (first, min(first + 1, count - 1), center - Float(first))
        }
    }
}
