public import Tensors

/// Turns stored bytes into a network's input: normalized, augmented, channels last.
///
/// Everything that depends on the data set alone is tabulated once, so loading allocates nothing. Several threads may
/// load at once into slices that don't overlap.
public struct BatchLoader: Sendable {
    private let shape: ImageShape
    private let augmentation: Augmentation
    private let seed: UInt64
    /// The normalized float of each pixel value `[C, 256]`.
    private let normalizedValues: [Float]
    /// The stored row that each row of the output shows `[2p + 1, H]`, by row offset.
    private let sourceRows: [Int32]
    /// The stored column that each column of the output shows `[2, 2p + 1, W]`, by mirroring and column offset.
    private let sourceColumns: [Int32]

    /// Tabulates a data set's normalization and the augmentation's moves.
    ///
    /// - Parameters:
    ///   - dataset: Whose images will be loaded.
    ///   - augmentation: How training images are varied.
    ///   - seed: The run's seed.
    /// - Throws: `DatasetError.invalidOption` when a translation reaches beyond the reflected border.
    public init(dataset: ImageDataset, augmentation: Augmentation, seed: UInt64) throws(DatasetError) {
        let shape = dataset.shape
        let translation = augmentation.translationPixels
        let limit = min(shape.height, shape.width) - 1
        guard (0...limit).contains(translation) else {
            throw .invalidOption(
                name: "augmentation.translationPixels",
                found: "\(translation)",
                needed: "0 to \(limit) for images of \(shape.height)x\(shape.width)"
            )
        }
        self.shape = shape
        self.augmentation = augmentation
        self.seed = seed
        let normalization = dataset.normalization
        let maximum = Float(dataset.maximumPixelValue)
        normalizedValues = (0..<shape.channels).flatMap { channel in
            (0..<256).map { pixel in
                (Float(pixel) / maximum - normalization.mean[channel]) / normalization.deviation[channel]
            }
        }
        let offsets = -translation...translation
        let (height, width) = (shape.height, shape.width)
        sourceRows = offsets.flatMap { offset in (0..<height).map { reflected($0 + offset, within: height) } }
        let columns = offsets.map { offset in (0..<width).map { reflected($0 + offset, within: width) } }
        sourceColumns = columns.flatMap { $0 } + columns.flatMap { $0.reversed() }
    }

    /// Loads samples one after another.
    ///
    /// - Parameters:
    ///   - samples: Indices into `set`.
    ///   - set: The data set's training or test images.
    ///   - epoch: The epoch whose augmentation applies, from 0; nil for none, as evaluation wants it.
    ///   - images: Receives `[N, H, W, C]` floats; at least as long.
    ///   - labels: Receives `[N]` classes; at least as long.
    public func load(
        _ samples: ArraySlice<Int32>,
        from set: ImageSet,
        epoch: Int?,
        into images: TensorSlice,
        labels: UnsafeMutableBufferPointer<Int32>
    ) {
        precondition(set.shape == shape, "BatchLoader: images of \(set.shape) found, \(shape) needed")
        precondition(
            images.count >= samples.count * shape.count && labels.count >= samples.count,
            "BatchLoader: room for \(images.count) floats and \(labels.count) labels found, "
                + "\(samples.count * shape.count) and \(samples.count) needed"
        )
        for (position, sample) in samples.enumerated() {
            precondition(
                (0..<set.count).contains(Int(sample)),
                "BatchLoader: sample \(sample) found, below \(set.count) needed"
            )
            labels[position] = Int32(set.labels[Int(sample)])
            let placement = epoch.map { augmentation.placement(ofSample: Int(sample), epoch: $0, seed: seed) }
            let output = images[(position * shape.count)..<((position + 1) * shape.count)]
            load(Int(sample), of: set, placed: placement ?? .init(), into: output)
        }
    }

    /// Writes one image `[H, W, C]`.
    package func load(
        _ sample: Int,
        of set: ImageSet,
        placed placement: Augmentation.Placement,
        into output: TensorSlice
    ) {
        let offsetCount = 2 * augmentation.translationPixels + 1
        let row = placement.rowOffset + augmentation.translationPixels
        let column = placement.columnOffset + augmentation.translationPixels
        writeChannelsLast(
            pixels: set.pixels,
            from: sample * shape.count,
            shape: shape,
            values: normalizedValues,
            rows: sourceRows,
            from: row * shape.height,
            columns: sourceColumns,
            from: (column + (placement.isMirrored ? offsetCount : 0)) * shape.width,
            into: output.base
        )
    }
}

/// The inner loops of loading one image: a table look-up for each pixel value.
///
/// Arrays come in as pointers, because bounds checks and the arrays' own bookkeeping would take longer than the work.
///
/// - Parameters:
///   - pixels: Stored bytes `[N, C, H, W]`.
///   - firstPixel: Where the image starts among them.
///   - shape: The image's extents.
///   - values: The float of each byte `[C, 256]`.
///   - rows: The stored row of each output row; every entry is below the height.
///   - firstRow: Where this image's table starts among `rows`.
///   - columns: The stored column of each output column; every entry is below the width.
///   - firstColumn: Where this image's table starts among `columns`.
///   - output: Receives `[H, W, C]`.
private func writeChannelsLast(
    pixels: UnsafePointer<UInt8>,
    from firstPixel: Int,
    shape: ImageShape,
    values: UnsafePointer<Float>,
    rows: UnsafePointer<Int32>,
    from firstRow: Int,
    columns: UnsafePointer<Int32>,
    from firstColumn: Int,
    into output: UnsafeMutablePointer<Float>
) {
    let (channels, width) = (shape.channels, shape.width)
    let columns = columns + firstColumn
    for row in 0..<shape.height {
        let sourceRow = pixels + firstPixel + Int(rows[firstRow + row]) * width
        let outputRow = output + row * width * channels
        for channel in 0..<channels {
            let source = sourceRow + channel * shape.planeCount
            let channelValues = values + channel * 256
            for column in 0..<width {
                outputRow[column * channels + channel] = channelValues[Int(source[Int(columns[column])])]
            }
        }
    }
}

/// The position inside `0 ..< length` that a position beyond it mirrors, the border itself not repeated.
private func reflected(_ position: Int, within length: Int) -> Int32 {
    Int32(position < 0 ? -position : position >= length ? 2 * (length - 1) - position : position)
}
