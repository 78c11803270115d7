import Datasets
import Networks
import Tensors

extension BatchLoader {
    /// How many images whitening filters are computed from, as in the recipe that made them known.
    private static let whiteningImageCount = 5000

    /// The first training images, normalized but not augmented, for filters that whiten them.
    ///
    /// - Parameter dataset: The data set.
    /// - Returns: What calls its argument with one image after the other, `[1, H, W, C]`: the same ones on every rank.
    /// - Throws: `DatasetError`.
    static func whiteningImages(of dataset: ImageDataset) throws(DatasetError) -> TrainingImages {
        let loader = try BatchLoader(
            dataset: dataset,
            augmentation: Augmentation(mirror: .none, translationPixels: 0),
            seed: 0
        )
        let count = min(dataset.training.count, whiteningImageCount)
        return { visit in
            let image = AlignedBuffer(count: dataset.shape.count)
            var labels: [Int32] = [0]
            for sample in 0..<Int32(count) {
                labels.withUnsafeMutableBufferPointer { labels in
                    loader.load([sample], from: dataset.training, epoch: nil, into: image.slice, labels: labels)
                }
                withExtendedLifetime(image) { visit(image.slice) }
            }
        }
    }
}
