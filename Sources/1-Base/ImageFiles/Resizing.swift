package import Images

/// Resizes pictures of any size to a given size.
///
/// Equal pictures give equal bytes on every machine.
package struct Resizing: Sendable, Equatable {
    /// What to do with a picture of other proportions.
    package enum Mode: String, CaseIterable, Sendable, Codable {
        /// Scale so that the shorter side fits, and cut off both ends of the longer side.
        case shorterSide
        /// Scale each side by its own factor, which distorts the picture.
        case stretch
        /// Scale so that the longer side fits, and add black bars.
        case pad
    }

    /// Rows of the result.
    package let height: Int
    /// Columns of the result.
    package let width: Int
    /// What to do with a picture of other proportions.
    package let mode: Mode

    /// A resizing to the given size; each side is at least 1.
    package init(height: Int, width: Int, mode: Mode) {
        precondition(height >= 1 && width >= 1, "Resizing: \(height)×\(width) found, 1×1 or more needed")
        self.height = height
        self.width = width
        self.mode = mode
    }

    /// The smallest size at which decoding loses nothing: twice the size that the picture is scaled to.
    ///
    /// - Returns: Rows and columns, for `ImageDecoder`.
    package var decodingMinimum: (height: Int, width: Int) {
        // With bars, one side fits and the other is proportionally smaller; the larger of both is enough for either.
        mode == .pad ? (2 * max(height, width), 2 * max(height, width)) : (2 * height, 2 * width)
    }

    /// Resizes one picture.
    ///
    /// - Parameter image: `[H, W, C]`.
    /// - Returns: `[height, width, C]`.
    package func applied(to image: PixelImage) -> PixelImage {
        guard (image.height, image.width) != (height, width) else { return image }
        switch mode {
        case .stretch:
            return resample(image, rows: (0, image.height), columns: (0, image.width), height: height, width: width)
        case .shorterSide:
            // In units of 1 / (height or width) of a pixel, so that the window's sides are integers.
            let isWide = image.width * height >= image.height * width
            let window =
                isWide
                ? (rows: Double(image.height), columns: Double(image.height * width) / Double(height))
                : (rows: Double(image.width * height) / Double(width), columns: Double(image.width))
            let top = (Double(image.height) - window.rows) / 2
            let left = (Double(image.width) - window.columns) / 2
            return resample(
                image,
                rows: (top, window.rows),
                columns: (left, window.columns),
                height: height,
                width: width
            )
        case .pad:
            let isWide = image.width * height >= image.height * width
            let innerHeight = isWide ? max(1, (2 * image.height * width + image.width) / (2 * image.width)) : height
            let innerWidth = isWide ? width : max(1, (2 * image.width * height + image.height) / (2 * image.height))
            let inner = resample(
                image,
                rows: (0, image.height),
                columns: (0, image.width),
                height: innerHeight,
                width: innerWidth
            )
            return padded(inner)
        }
    }

    private func resample(
        _ image: PixelImage,
        rows: (start: Int, length: Int),
        columns: (start: Int, length: Int),
        height: Int,
        width: Int
    ) -> PixelImage {
        resample(
            image,
            rows: (Double(rows.start), Double(rows.length)),
            columns: (Double(columns.start), Double(columns.length)),
            height: height,
            width: width
        )
    }

    private func resample(
        _ image: PixelImage,
        rows: (start: Double, length: Double),
        columns: (start: Double, length: Double),
        height: Int,
        width: Int
    ) -> PixelImage {
        let columns = ResamplingWeights(from: columns, within: image.width, to: width)
        let rows = ResamplingWeights(from: rows, within: image.height, to: height)
        return rows.appliedToRows(of: columns.appliedToColumns(of: image, inRows: rows.sourceRange))
    }

    private func padded(_ inner: PixelImage) -> PixelImage {
        let (top, left) = ((height - inner.height) / 2, (width - inner.width) / 2)
        let rowCount = inner.width * inner.channels
        var pixels = [UInt8](repeating: 0, count: height * width * inner.channels)
        for row in 0..<inner.height {
            let target = ((top + row) * width + left) * inner.channels
            pixels.replaceSubrange(
                target..<target + rowCount,
                with: inner.pixels[row * rowCount..<(row + 1) * rowCount]
            )
        }
        return PixelImage(width: width, height: height, channels: inner.channels, pixels: pixels)
    }
}
