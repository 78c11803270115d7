/// Loads one image that needs more than table look-ups: values in floats, cropping, rotation or color changes.
///
/// The stored values become floats with full brightness 1; these are sampled according to the variation, their colors
/// are changed, and the result is normalized. Each step is a fixed sequence of additions, multiplications and
/// divisions, so the bits are the same in every batch and on every rank.
/// the same bits in whatever batch and on whatever rank.
package struct VariedImageWriter {
    let shape: ImageShape
    let element: PixelStorage.Element
    let maximum: Float
    /// One mean per channel.
    let mean: UnsafePointer<Float>
    /// One standard deviation per channel.
    let standardDeviation: UnsafePointer<Float>
    /// The destination of each output pixel, `[H × W]`; nil if pixels stay in place.
    let permutation: UnsafePointer<Int32>?

    package init(
        shape: ImageShape,
        element: PixelStorage.Element,
        maximum: Float,
        mean: UnsafePointer<Float>,
        standardDeviation: UnsafePointer<Float>,
        permutation: UnsafePointer<Int32>?
    ) {
        self.shape = shape
        self.element = element
        self.maximum = maximum
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.permutation = permutation
    }

    /// Writes one image `[H, W, C]`.
    ///
    /// - Parameters:
    ///   - record: The stored values `[C, H, W]`.
    ///   - placement: Mirroring and translation.
    ///   - variation: Crop, rotation and colors; nil for none.
    ///   - output: The image.
    package func write(
        _ record: UnsafeRawPointer,
        placed placement: Augmentation.Placement,
        varied variation: Augmentation.Variation?,
        into output: UnsafeMutablePointer<Float>
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * shape.count) { room in
            guard let source = room.baseAddress else { return }
            let sampled = source + shape.count
            read(record, into: source)
            sample(source, placement, variation, into: sampled)
            if let jitter = variation?.jitter { vary(sampled, by: jitter) }
            for channel in 0..<shape.channels {
                let plane = sampled + channel * shape.planeCount
                let (mean, standardDeviation) = (mean[channel], standardDeviation[channel])
                for pixel in 0..<shape.planeCount {
                    let target = permutation.map { Int($0[pixel]) } ?? pixel
                    output[target * shape.channels + channel] = (plane[pixel] - mean) / standardDeviation
                }
            }
        }
    }

    private func read(_ record: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        for index in 0..<shape.count {
            switch element {
            case .uint8:
                values[index] = Float(record.load(fromByteOffset: index, as: UInt8.self)) / maximum
            case .float32:
                values[index] = record.loadUnaligned(fromByteOffset: 4 * index, as: Float.self) / maximum
            }
        }
    }

    /// Samples the stored image according to placement and variation, with bilinear interpolation and a reflected
    /// border.
    private func sample(
        _ source: UnsafePointer<Float>,
        _ placement: Augmentation.Placement,
        _ variation: Augmentation.Variation?,
        into target: UnsafeMutablePointer<Float>
    ) {
        let (height, width) = (shape.height, shape.width)
        let window = variation?.window ?? .whole
        for row in 0..<height {
            for column in 0..<width {
                let place = window.place(
                    row: Float(row) + 0.5 - Float(height) / 2,
                    column: (Float(column) + 0.5 - Float(width) / 2) * (placement.isMirrored ? -1 : 1)
                )
                let y = place.row + Float(height) * (0.5 + window.rowShift) - 0.5 + Float(placement.rowOffset)
                let x = place.column + Float(width) * (0.5 + window.columnShift) - 0.5 + Float(placement.columnOffset)
                let (top, left) = (y.rounded(.down), x.rounded(.down))
                let (below, right) = (y - top, x - left)
                let rows = (reflected(Int(top), within: height), reflected(Int(top) + 1, within: height))
                let columns = (reflected(Int(left), within: width), reflected(Int(left) + 1, within: width))
                for channel in 0..<shape.channels {
                    let plane = source + channel * shape.planeCount
                    let (upper, lower) = (plane + rows.0 * width, plane + rows.1 * width)
                    let above = upper[columns.0] * (1 - right) + upper[columns.1] * right
                    let under = lower[columns.0] * (1 - right) + lower[columns.1] * right
                    target[channel * shape.planeCount + row * width + column] = above * (1 - below) + under * below
                }
            }
        }
    }

    /// Changes brightness, contrast and saturation, in this order; after each step values are clamped to [0, 1].
    private func vary(_ image: UnsafeMutablePointer<Float>, by jitter: Augmentation.Jitter) {
        func clamped(_ value: Float) -> Float { min(max(value, 0), 1) }
        let planeCount = shape.planeCount
        func gray(_ pixel: Int) -> Float {
            guard shape.channels == 3 else { return image[pixel] }
            return 0.299 * image[pixel] + 0.587 * image[planeCount + pixel] + 0.114 * image[2 * planeCount + pixel]
        }
        for index in 0..<shape.count { image[index] = clamped(image[index] * jitter.brightness) }
        var sum: Float = 0
        for pixel in 0..<planeCount { sum += gray(pixel) }
        let middle = sum / Float(planeCount)
        for index in 0..<shape.count { image[index] = clamped((image[index] - middle) * jitter.contrast + middle) }
        guard shape.channels == 3 else { return }
        for pixel in 0..<planeCount {
            let gray = gray(pixel)
            for channel in 0..<3 {
                let index = channel * planeCount + pixel
                image[index] = clamped((image[index] - gray) * jitter.saturation + gray)
            }
        }
    }

    /// The position in `0 ..< length` that is the mirror image of any position; the border itself isn't repeated.
    private func reflected(_ position: Int, within length: Int) -> Int {
        guard length > 1 else { return 0 }
        let period = 2 * (length - 1)
        let rest = ((position % period) + period) % period
        return rest < length ? rest : period - rest
    }
}
