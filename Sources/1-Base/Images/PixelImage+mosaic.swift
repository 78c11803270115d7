extension PixelImage {
    /// The same picture with red, green and blue.
    package var inColor: PixelImage {
        guard channels == 1 else { return self }
        return PixelImage(width: width, height: height, channels: 3, pixels: pixels.flatMap { [$0, $0, $0] })
    }

    /// The mean of this picture and another.
    ///
    /// - Parameter other: A picture of the same size.
    /// - Returns: A picture in color.
    package func blended(with other: PixelImage) -> PixelImage {
        precondition(
            (width, height) == (other.width, other.height),
            "PixelImage: \(other.width)×\(other.height) pixels found, \(width)×\(height) needed"
        )
        let bytes = zip(inColor.pixels, other.inColor.pixels).map { UInt8((Int($0) + Int($1)) / 2) }
        return PixelImage(width: width, height: height, channels: 3, pixels: bytes)
    }

    /// Arranges pictures of one size in rows, with slate-blue lines between them, enlarged to about the given width.
    ///
    /// - Parameters:
    ///   - tiles: The pictures, at least one.
    ///   - columns: Pictures in a row.
    ///   - widthPixels: About how wide a row of pictures is.
    /// - Returns: One picture in color.
    package static func mosaic(_ tiles: [PixelImage], columns: Int, widthPixels: Int) -> PixelImage {
        precondition(!tiles.isEmpty && columns >= 1, "PixelImage: a mosaic of nothing found, a picture needed")
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
