import Datasets
import Images

extension FloatImage {
    /// A picture of what a network sees: normalization undone.
    func photograph(_ normalization: Normalization) -> PixelImage {
        var bytes: [UInt8] = []
        for (index, value) in values.enumerated() {
            let channel = index % channels
            bytes.append(byte((value * normalization.deviation[channel] + normalization.mean[channel]) * 255))
        }
        return PixelImage(width: width, height: height, channels: channels, pixels: bytes)
    }

    /// A picture of weights over an image's channels: mid-gray is 0, and the largest magnitude reaches full brightness.
    func weightPicture() -> PixelImage {
        let limit = max(largestMagnitude, .leastNormalMagnitude)
        return PixelImage(
            width: width,
            height: height,
            channels: channels,
            pixels: values.map { byte(($0 / limit + 1) * 127.5) }
        )
    }

    /// A picture of one number a pixel: sequential colors from 0 where none is negative, diverging ones otherwise.
    ///
    /// The magnitude `limit`, by default the largest there is, gets the last color.
    func map(limit: Float? = nil) -> PixelImage {
        let limit = max(limit ?? largestMagnitude, .leastNormalMagnitude)
        let hasNegatives = values.contains { $0 < 0 }
        return colored { value in
            hasNegatives
                ? ColorScale.diverging.color(at: (value / limit + 1) / 2)
                : ColorScale.sequential.color(at: value / limit)
        }
    }

    /// The same, with signs whether there are any or not.
    func signedMap(limit: Float) -> PixelImage {
        let limit = max(limit, .leastNormalMagnitude)
        return colored { ColorScale.diverging.color(at: ($0 / limit + 1) / 2) }
    }

    var largestMagnitude: Float { values.reduce(0) { max($0, abs($1)) } }

    private func colored(_ color: (Float) -> SIMD3<Float>) -> PixelImage {
        precondition(channels == 1, "map: \(channels) channels found, 1 needed")
        let bytes = values.flatMap { value in
            let color = color(value)
            return [byte(color.x), byte(color.y), byte(color.z)]
        }
        return PixelImage(width: width, height: height, channels: 3, pixels: bytes)
    }
}

extension PixelImage {
    /// The same picture with red, green and blue.
    var inColor: PixelImage {
        guard channels == 1 else { return self }
        return PixelImage(width: width, height: height, channels: 3, pixels: pixels.flatMap { [$0, $0, $0] })
    }

    /// Half of this picture and half of another of the same size.
    func blended(with other: PixelImage) -> PixelImage {
        let bytes = zip(inColor.pixels, other.inColor.pixels).map { UInt8((Int($0) + Int($1)) / 2) }
        return PixelImage(width: width, height: height, channels: 3, pixels: bytes)
    }

    /// Pictures of one size in rows, a slate-blue line between them, enlarged so that they are about as wide as asked.
    ///
    /// - Parameters:
    ///   - tiles: The pictures, at least one.
    ///   - columns: Pictures in a row.
    ///   - widthPixels: About how wide the pictures of a row are together.
    /// - Returns: One picture.
    static func mosaic(_ tiles: [PixelImage], columns: Int, widthPixels: Int) -> PixelImage {
        let columns = min(columns, tiles.count)
        let factor = max(1, widthPixels / (columns * tiles[0].width))
        let enlarged = tiles.map { $0.inColor.enlarged(by: factor) }
        let gap = max(2, enlarged[0].width / 8)
        let (tileWidth, tileHeight) = (enlarged[0].width + gap, enlarged[0].height + gap)
        let rows = (tiles.count + columns - 1) / columns
        let (width, height) = (columns * tileWidth - gap, rows * tileHeight - gap)
        var pixels = (0..<width * height).flatMap { _ in [70, 90, 120] as [UInt8] }
        for (index, tile) in enlarged.enumerated() {
            let (top, left) = (index / columns * tileHeight, index % columns * tileWidth)
            for row in 0..<tile.height {
                let target = ((top + row) * width + left) * 3
                let source = row * tile.width * 3
                pixels.replaceSubrange(
                    target..<target + tile.width * 3,
                    with: tile.pixels[source..<source + tile.width * 3]
                )
            }
        }
        return PixelImage(width: width, height: height, channels: 3, pixels: pixels)
    }
}

private func byte(_ value: Float) -> UInt8 { UInt8(min(max(value.rounded(), 0), 255)) }
