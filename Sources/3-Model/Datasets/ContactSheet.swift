package import Images
import Tensors

/// A picture of some training images: a row as they are stored, and rows of how training sees them in some epochs.
package enum ContactSheet {
    /// Draws random training images before and after augmentation.
    ///
    /// - Parameters:
    ///   - dataset: The data set.
    ///   - augmentation: The augmentation.
    ///   - seed: The run's seed, which also chooses the images.
    ///   - count: The largest number of images in a row.
    ///   - epochs: The number of rows after augmentation.
    /// - Returns: One picture in color.
    /// - Throws: `DatasetError.invalidOption` for samples that aren't pictures.
    package static func picture(
        of dataset: ImageDataset,
        augmentation: Augmentation,
        seed: UInt64,
        count: Int = 12,
        epochs: Int = 4
    ) throws(DatasetError) -> PixelImage {
        let shape = dataset.shape
        guard shape.channels == 1 || shape.channels == 3, shape.height > 1 else {
            throw .invalidOption(
                name: "--sheet",
                found: "samples of \(shape.channels)×\(shape.height)×\(shape.width)",
                needed: "pictures of 1 or 3 channels"
            )
        }
        let loader = try BatchLoader(dataset: dataset, augmentation: augmentation, seed: seed)
        var stream = RandomStream(seed: seed, purpose: .sampleOrder)
        let samples = stream.permutation(of: dataset.training.count).prefix(count)
        let buffer = AlignedBuffer(count: samples.count * shape.count)
        var labels = [Int32](repeating: 0, count: samples.count)
        var tiles: [PixelImage] = []
        for epoch in [nil] + (0..<epochs).map(Optional.some) {
            labels.withUnsafeMutableBufferPointer { labels in
                loader.load(samples, from: dataset.training, epoch: epoch, into: buffer.slice, labels: labels)
            }
            for position in samples.indices {
                let start = (position - samples.startIndex) * shape.count
                tiles.append(image(buffer.slice[start..<start + shape.count].array, of: dataset))
            }
        }
        try dataset.checkReads()
        return .mosaic(tiles, columns: samples.count, widthPixels: 1_200)
    }

    /// A picture of normalized values `[H, W, C]`.
    private static func image(_ values: [Float], of dataset: ImageDataset) -> PixelImage {
        let (channels, normalization) = (dataset.shape.channels, dataset.normalization)
        // Floats may have any range; the range from 0 to 1 is shown.
        let pixels = values.enumerated().map { index, value in
            let stored =
                value * normalization.standardDeviation[index % channels] + normalization.mean[index % channels]
            return UInt8(min(max(stored * 255, 0), 255).rounded())
        }
        return PixelImage(width: dataset.shape.width, height: dataset.shape.height, channels: channels, pixels: pixels)
    }
}
