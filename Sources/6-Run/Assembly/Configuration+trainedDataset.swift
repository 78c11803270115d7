import Checkpoints
package import ConfigurationFiles
package import Datasets

extension Configuration {
    /// The data set on which a checkpoint's network was trained, without its images: shape, class names and
    /// normalization.
    ///
    /// For a user's own data set they are in the checkpoint; for a file of weights only, the data set itself is needed.
    ///
    /// - Parameter checkpoint: A run folder, a checkpoint folder or a file of weights.
    /// - Returns: A data set whose full brightness is 255, as in picture files; it has no images if they weren't
    ///   needed.
    /// - Throws: `CheckpointError`; `DatasetError` if the data set is needed and missing or broken.
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
    /// Whether its name determines shape and class names.
    fileprivate var isPublished: Bool { !name.isOwn && name != .cifar100 }

    /// The default normalization of a published data set; nil if it is only known with the images.
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
