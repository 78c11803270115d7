public import Configuration
public import Datasets

extension DatasetOptions {
    /// Reads the data set that the configuration names.
    ///
    /// - Returns: The data set, limited, permuted and normalized as configured.
    /// - Throws: `DatasetError` where files are missing or broken, or an option does not fit the data.
    public func load() throws(DatasetError) -> ImageDataset {
        var dataset =
            switch name {
            case .digits: DigitsDataset.load()
            case .cifar10: try CIFAR10Reader(root: DataRoot.path(requested: root)).read()
            }
        if let limit { dataset = try dataset.limited(to: limit, seed: limitSeed) }
        if let pixelPermutationSeed { dataset = dataset.permutingPixels(seed: pixelPermutationSeed) }
        guard mean != nil || deviation != nil else { return dataset }
        return try dataset.normalized(
            by: Normalization(
                mean: mean.map { $0.map(Float.init) } ?? dataset.normalization.mean,
                deviation: deviation.map { $0.map(Float.init) } ?? dataset.normalization.deviation
            )
        )
    }
}
