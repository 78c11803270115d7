package import Datasets
package import Images
import Tensors

/// The images of a data set as a network's input: normalized, not augmented.
package struct ImageSource {
    package let dataset: ImageDataset
    private let loader: BatchLoader

    /// Prepares a data set's normalization.
    ///
    /// - Parameter dataset: The data set.
    /// - Throws: `DatasetError`.
    package init(dataset: ImageDataset) throws(DatasetError) {
        self.dataset = dataset
        loader = try BatchLoader(dataset: dataset, augmentation: .none, seed: 0)
    }

    /// The minimum and maximum of a pixel, for each channel.
    var pixelRange: [ClosedRange<Float>] {
        zip(dataset.normalization.mean, dataset.normalization.standardDeviation).map { mean, deviation in
            -mean / deviation...(1 - mean) / deviation
        }
    }

    /// Writes consecutive images, `[N, H, W, C]`.
    func load(_ indices: Range<Int>, from set: ImageSet, into images: TensorSlice) {
        var labels = Array(repeating: Int32(0), count: indices.count)
        labels.withUnsafeMutableBufferPointer { labels in
            loader.load(indices.map(Int32.init)[...], from: set, epoch: nil, into: images, labels: labels)
        }
    }

    /// One image.
    package func image(_ index: Int, of set: ImageSet) -> FloatImage {
        let buffer = AlignedBuffer(count: set.shape.count)
        load(index..<index + 1, from: set, into: buffer.slice)
        return FloatImage(
            height: set.shape.height,
            width: set.shape.width,
            channels: set.shape.channels,
            values: buffer.slice.array
        )
    }

    /// A picture of an image as the network sees it: its pixels are permuted if the data set's are.
    ///
    /// - Parameters:
    ///   - index: The image.
    ///   - set: The training or the test images.
    /// - Returns: The picture.
    package func photograph(_ index: Int, of set: ImageSet) -> PixelImage {
        image(index, of: set).photograph(dataset.normalization)
    }

    /// The pixels of the first images.
    func pixels(of set: ImageSet, count: Int) -> FeatureMatrix {
        let features = FeatureMatrix(columns: set.shape.count, labels: set.labels.prefix(count).map(Int32.init))
        load(0..<features.rows, from: set, into: features.values)
        return features
    }
}
