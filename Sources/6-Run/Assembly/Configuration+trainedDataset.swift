import Checkpoints
package import Configuration
package import Datasets

extension Configuration {
    /// The data set that a checkpoint's network was trained on, without its images: extents, class names and
    /// normalization.
    ///
    /// Of one's own data set the checkpoint tells them; of a file of weights alone the data set has to be there.
    ///
    /// - Parameter checkpoint: A run folder, a checkpoint folder or a file of weights.
    /// - Returns: A data set for whose pixels 255 is full brightness, as in picture files; it has no images where they
    ///   weren't needed.
    /// - Throws: `CheckpointError`; `DatasetError` where the data set is needed, and missing or broken.
    package func trainedDataset(of checkpoint: String) throws -> ImageDataset {
        if !dataset.isPublished {
            let counters = try CheckpointStore.load(checkpoint).resumePoint?.counters ?? [:]
            guard let told = DatasetCounters(counters: counters) else { return try dataset.load() }
            return try bare(shape: told.shape, classNames: told.classNames).normalized(by: told.normalization)
        }
        guard let usual = dataset.usualNormalization else { return try dataset.load() }
        let description = try dataset.describe()
        let bare = bare(shape: description.shape, classNames: description.classNames)
        switch (dataset.mean, dataset.deviation) {
        case (.usual, .usual): return try bare.normalized(by: usual)
        case (.numbers(let mean), .numbers(let deviation)):
            let figures = Normalization(mean: mean.map(Float.init), standardDeviation: deviation.map(Float.init))
            return try bare.normalized(by: figures)
        default: return try dataset.load()
        }
    }

    private func bare(shape: ImageShape, classNames: [String]) -> ImageDataset {
        let none = ImageSet(shape: shape, pixels: [], labels: [])
        let bare = ImageDataset(
            name: dataset.name.rawValue,
            classNames: classNames,
            maximumPixelValue: 255,
            normalization: Normalization(
                mean: Array(repeating: 0, count: shape.channels),
                standardDeviation: Array(repeating: 1, count: shape.channels)
            ),
            training: none,
            test: none
        )
        return dataset.pixelPermutationSeed.map(bare.permutingPixels) ?? bare
    }
}

extension DatasetOptions {
    /// Whether its name alone tells what it holds.
    fileprivate var isPublished: Bool { !name.isOwn && name != .cifar100 }

    /// The normalization that a published data set has unless it is set; nil where that is only known with its images.
    fileprivate var usualNormalization: Normalization? {
        switch name {
        case .cifar10: CIFAR10Reader.normalization
        case .svhn: SVHNReader.normalization
        case .mnist: IDXDataset.Published.mnist.normalization
        case .fashionMNIST: IDXDataset.Published.fashionMNIST.normalization
        default: nil
        }
    }
}
