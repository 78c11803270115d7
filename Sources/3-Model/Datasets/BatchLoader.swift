package import Tensors

/// Turns stored bytes into a network's input: normalized, augmented, channels last.
///
/// Everything that depends only on the data set is tabulated once, so loading doesn't allocate. Several threads may
/// load at once into slices that don't overlap.
package struct BatchLoader: Sendable {
    private let shape: ImageShape
    private let augmentation: Augmentation
    private let seed: UInt64
    /// The largest translation in pixels.
    private let reach: Int
    /// The placement of images that aren't augmented.
    private let placement: Augmentation.Placement
    private let pixelPermutation: [Int32]?
    /// The stored value of full brightness.
    private let maximumPixelValue: Float
    private let normalization: Normalization
    /// The normalized float for each pixel value, `[C, 256]`.
    private let normalizedValues: [Float]
    /// The stored row for each row of the output, `[2p + 1, H]`, by row offset; then the stored column for each column,
    /// `[2, 2p + 1, W]`, by mirroring and column offset.
    private let sourcePositions: [Int32]

    /// Tabulates the normalization of a data set and the translations of the augmentation.
    ///
    /// - Parameters:
    ///   - dataset: The data set to load from.
    ///   - augmentation: The augmentation of training images.
    ///   - seed: The run's seed.
    ///   - views: The test-time augmentation; by default none.
    /// - Throws: `DatasetError.invalidOption` when a translation reaches beyond the reflected border.
    package init(
        dataset: ImageDataset,
        augmentation: Augmentation,
        seed: UInt64,
        views: TestTimeAugmentation = .none
    ) throws(DatasetError) {
        try Self.check(translation: augmentation.translationPixels, of: "augmentation.translationPixels", in: dataset)
        guard augmentation.colorJitter == 0 || dataset.training.element == .uint8 else {
            throw .invalidOption(
                name: "augmentation.colorJitter",
                found: "\(augmentation.colorJitter)",
                needed: "0 for images in floats, whose full brightness isn't known"
            )
        }
        try Self.check(views, in: dataset)
        self.init(
            dataset: dataset,
            augmentation: augmentation,
            seed: seed,
            reach: max(augmentation.translationPixels, views.reach),
            placement: .init()
        )
    }

    /// Tabulates the normalization of a data set, and shifts every image by the same distance, with a reflected border.
    ///
    /// - Parameters:
    ///   - dataset: The data set whose images are loaded, with `epoch` nil.
    ///   - shift: The translation of each image.
    ///   - views: The test-time augmentation; by default none.
    /// - Throws: `DatasetError.invalidOption` when the shift reaches beyond the reflected border.
    package init(
        dataset: ImageDataset,
        shift: PixelShift,
        views: TestTimeAugmentation = .none
    ) throws(DatasetError) {
        let distance = max(abs(shift.rows), abs(shift.columns)) + views.reach
        try Self.check(views, in: dataset)
        try Self.check(translation: distance, of: "shift in pixels", in: dataset)
        // When the window moves up, the image in it moves down.
        self.init(
            dataset: dataset,
            augmentation: .none,
            seed: 0,
            reach: distance,
            placement: Augmentation.Placement(rowOffset: -shift.rows, columnOffset: -shift.columns)
        )
    }

    private init(
        dataset: ImageDataset,
        augmentation: Augmentation,
        seed: UInt64,
        reach: Int,
        placement: Augmentation.Placement
    ) {
        let shape = dataset.shape
        self.shape = shape
        self.reach = reach
        self.augmentation = augmentation
        self.seed = seed
        self.placement = placement
        pixelPermutation = dataset.pixelPermutation
        let normalization = dataset.normalization
        let maximum = dataset.maximumPixelValue
        self.normalization = normalization
        maximumPixelValue = maximum
        normalizedValues = (0..<shape.channels).flatMap { channel in
            (0..<256).map { pixel in
                (Float(pixel) / maximum - normalization.mean[channel]) / normalization.standardDeviation[channel]
            }
        }
        let offsets = -reach...reach
        let (height, width) = (shape.height, shape.width)
        let rows = offsets.flatMap { offset in (0..<height).map { reflected($0 + offset, within: height) } }
        let columns = offsets.map { offset in (0..<width).map { reflected($0 + offset, within: width) } }
        sourcePositions = rows + columns.flatMap { $0 } + columns.flatMap { $0.reversed() }
    }

    /// Refuses views if samples aren't images, or are too small for a translation.
    private static func check(_ views: TestTimeAugmentation, in dataset: ImageDataset) throws(DatasetError) {
        let shape = dataset.shape
        guard views != .none, min(shape.height, shape.width) < 2 else { return }
        throw .invalidOption(
            name: "evaluation.testTimeAugmentation",
            found: "\(views)",
            needed: "none for samples of \(shape.channels)x\(shape.height)x\(shape.width), which are no images"
        )
    }

    /// Rejects translations that are larger than the reflected border.
    private static func check(
        translation: Int,
        of name: String,
        in dataset: ImageDataset
    ) throws(DatasetError) {
        let shape = dataset.shape
        let limit = min(shape.height, shape.width) - 1
        guard (0...limit).contains(translation) else {
            throw .invalidOption(
                name: name,
                found: "\(translation)",
                needed: "0 to \(limit) for images of \(shape.height)x\(shape.width)"
            )
        }
    }

    /// Loads several samples.
    ///
    /// - Parameters:
    ///   - samples: Indices into `set`.
    ///   - set: The data set's training or test images.
    ///   - epoch: The epoch whose augmentation applies, from 0; nil for none, as in evaluation.
    ///   - view: The translation and flip of each image if there is no augmentation, at most those of the views in the
    ///     initializer; by default none.
    ///   - images: Receives `[N, H, W, C]` floats; at least as long.
    ///   - labels: Receives `[N]` classes; at least as long.
    package func load(
        _ samples: ArraySlice<Int32>,
        from set: ImageSet,
        epoch: Int?,
        view: Augmentation.Placement = .init(),
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
            let sample = Int(sample)
            precondition(
                (0..<set.count).contains(sample),
                "BatchLoader: sample \(sample) found, below \(set.count) needed"
            )
            labels[position] = Int32(set.labels[sample])
            set.storage.verify(set.record(sample))
        }
        if set.element == .uint8, epoch == nil || !augmentation.variesImages {
            withWriter(for: set) { writer in
                for (position, sample) in samples.enumerated() {
                    let placement = placement(ofSample: Int(sample), epoch: epoch, view: view)
                    let output = images.base + position * shape.count
                    write(set.record(Int(sample)), placed: placement, with: writer, into: output)
                    blank(output, sample: Int(sample), epoch: epoch, placement: placement)
                }
            }
            return
        }
        withVariedWriter(for: set) { writer in
            for (position, sample) in samples.enumerated() {
                let sample = Int(sample)
                guard let record = set.storage.record(set.record(sample)).baseAddress else { continue }
                let placement = placement(ofSample: sample, epoch: epoch, view: view)
                let output = images.base + position * shape.count
                writer.write(
                    record,
                    placed: placement,
                    varied: epoch.flatMap { augmentation.variation(ofSample: sample, epoch: $0, seed: seed) },
                    into: output
                )
                blank(output, sample: sample, epoch: epoch, placement: placement)
            }
        }
    }

    /// Whether training samples are blends of two: mixup.
    package var blendsSamples: Bool { augmentation.mixupAlpha > 0 }

    /// Blends each of several loaded samples with the one that follows it in the global batch: mixup.
    ///
    /// So a blend depends on the epoch's order, and not on how the batch is divided.
    ///
    /// - Parameters:
    ///   - samples: Indices into `set`, at least one.
    ///   - next: The sample that follows the last of them in the global batch.
    ///   - set: The training images.
    ///   - epoch: The epoch, from 0.
    ///   - images: `[N, H, W, C]`, as `load` wrote it; becomes the blends.
    ///   - labels: `[N]`, as `load` wrote it.
    ///   - otherLabels: Receives `[N]`, the classes that are blended in.
    ///   - shares: Receives `[N]`, the share of each sample's own image.
    package func blend(
        _ samples: ArraySlice<Int32>,
        followedBy next: Int32,
        from set: ImageSet,
        epoch: Int,
        images: TensorSlice,
        labels: [Int32],
        otherLabels: inout [Int32],
        shares: inout [Float]
    ) {
        precondition(
            min(otherLabels.count, shares.count) >= samples.count,
            "BatchLoader: room for \(otherLabels.count) labels found, \(samples.count) needed"
        )
        withUnsafeTemporaryAllocation(of: Float.self, capacity: shape.count) { room in
            guard let lastPartner = room.baseAddress, let last = samples.indices.last else { return }
            // Not taken from `images`, where it may be a blend already.
            otherLabels.withUnsafeMutableBufferPointer { otherLabels in
                load(
                    [next],
                    from: set,
                    epoch: epoch,
                    into: TensorSlice(base: lastPartner, count: shape.count),
                    labels: UnsafeMutableBufferPointer(rebasing: otherLabels[(samples.count - 1)...])
                )
            }
            for (position, index) in samples.indices.enumerated() {
                let share = augmentation.mixupShare(ofSample: Int(samples[index]), epoch: epoch, seed: seed)
                shares[position] = share
                if index < last { otherLabels[position] = labels[position + 1] }
                let image = images.base + position * shape.count
                let partner = index < last ? image + shape.count : lastPartner
                for i in 0..<shape.count { image[i] = share * image[i] + (1 - share) * partner[i] }
            }
        }
    }

    /// Sets the erased areas of an image `[H, W, C]` to 0, which is the mean after normalization.
    private func blank(
        _ image: UnsafeMutablePointer<Float>,
        sample: Int,
        epoch: Int?,
        placement: Augmentation.Placement
    ) {
        guard let epoch, augmentation.border == .zeros || augmentation.cutoutPixels > 0 else { return }
        augmentation.forEachBlankArea(
            ofSample: sample,
            epoch: epoch,
            seed: seed,
            placement: placement,
            shape: shape
        ) { area in
            for row in area.rows {
                for column in area.columns {
                    let pixel = row * shape.width + column
                    let target = pixelPermutation.map { Int($0[pixel]) } ?? pixel
                    (image + target * shape.channels).update(repeating: 0, count: shape.channels)
                }
            }
        }
    }

    private func placement(
        ofSample sample: Int,
        epoch: Int?,
        view: Augmentation.Placement
    ) -> Augmentation.Placement {
        if let epoch { return augmentation.placement(ofSample: sample, epoch: epoch, seed: seed) }
        return Augmentation.Placement(
            isMirrored: view.isMirrored,
            rowOffset: placement.rowOffset + view.rowOffset,
            columnOffset: placement.columnOffset + view.columnOffset
        )
    }

    /// Writes one image `[H, W, C]` with a given placement.
    package func load(
        _ sample: Int,
        from set: ImageSet,
        placed placement: Augmentation.Placement,
        into image: TensorSlice
    ) {
        withWriter(for: set) { write(set.record(sample), placed: placement, with: $0, into: image.base) }
    }

    private func write(
        _ record: Int,
        placed placement: Augmentation.Placement,
        with writer: ImageWriter,
        into output: UnsafeMutablePointer<Float>
    ) {
        let offsetCount = 2 * reach + 1
        let row = placement.rowOffset + reach
        let column = placement.columnOffset + reach + (placement.isMirrored ? offsetCount : 0)
        writer.write(
            record,
            firstRow: row * shape.height,
            firstColumn: offsetCount * shape.height + column * shape.width,
            into: output
        )
    }

    /// Passes pointers to the tables, once per batch, so that threads don't retain and release them for each image.
    private func withWriter(for set: ImageSet, _ body: (ImageWriter) -> Void) {
        guard let pixelPermutation else { return withWriter(for: set, permutation: nil, body) }
        pixelPermutation.withUnsafeBufferPointer { withWriter(for: set, permutation: $0.baseAddress, body) }
    }

    private func withWriter(
        for set: ImageSet,
        permutation: UnsafePointer<Int32>?,
        _ body: (ImageWriter) -> Void
    ) {
        set.storage.segments.withUnsafeBufferPointer { segments in
            normalizedValues.withUnsafeBufferPointer { values in
                sourcePositions.withUnsafeBufferPointer { positions in
                    guard let values = values.baseAddress,
                        let positions = positions.baseAddress
                    else { return }
                    body(
                        ImageWriter(
                            shape: shape,
                            segments: segments,
                            values: values,
                            positions: positions,
                            permutation: permutation
                        )
                    )
                }
            }
        }
    }

    private func withVariedWriter(for set: ImageSet, _ body: (VariedImageWriter) -> Void) {
        normalization.mean.withUnsafeBufferPointer { mean in
            normalization.standardDeviation.withUnsafeBufferPointer { deviation in
                guard let mean = mean.baseAddress, let deviation = deviation.baseAddress else { return }
                func run(_ permutation: UnsafePointer<Int32>?) {
                    body(
                        VariedImageWriter(
                            shape: shape,
                            element: set.element,
                            maximum: maximumPixelValue,
                            mean: mean,
                            standardDeviation: deviation,
                            permutation: permutation
                        )
                    )
                }
                guard let pixelPermutation else { return run(nil) }
                pixelPermutation.withUnsafeBufferPointer { run($0.baseAddress) }
            }
        }
    }
}

/// The position in `0 ..< length` that is the mirror image of an outside position; the border itself isn't repeated.
private func reflected(_ position: Int, within length: Int) -> Int32 {
    Int32(position < 0 ? -position : position >= length ? 2 * (length - 1) - position : position)
}
