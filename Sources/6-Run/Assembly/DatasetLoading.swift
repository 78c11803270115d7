package import ConfigurationFiles
package import Datasets
import ImageFiles
import Synchronization

extension Configuration {
    /// Loads the data set for training, with its validation samples in place of the test set if those are evaluated.
    ///
    /// - Returns: The data set, limited, permuted and normalized as configured.
    /// - Throws: `DatasetError` if files are missing or broken, or an option doesn't fit the data.
    package func loadDataset() throws(DatasetError) -> ImageDataset {
        let loaded = try dataset.load()
        return evaluation.samples == .validation ? loaded.evaluatedOnValidation() : loaded
    }
}

extension DatasetOptions {
    /// Loads the configured data set.
    ///
    /// - Returns: The data set, limited, permuted and normalized as configured.
    /// - Throws: `DatasetError` if files are missing or broken, or an option doesn't fit the data.
    package func load() throws(DatasetError) -> ImageDataset {
        var dataset = try read()
        Self.known.withLock { $0[key] = dataset.description }
        let normalization = normalization(of: dataset)
        if validationFraction > 0 { dataset = try dataset.settingApart(validationFraction: validationFraction) }
        if let limit { dataset = try dataset.limited(to: limit, seed: limitSeed) }
        if let pixelPermutationSeed { dataset = dataset.permutingPixels(seed: pixelPermutationSeed) }
        return try dataset.normalized(by: normalization)
    }

    /// The description of the data set: of a published one without its files, of the user's own with as little reading
    /// as possible.
    ///
    /// - Returns: The shape of the images, the classes, and the number of images.
    /// - Throws: `DatasetError` if the user's own data set is missing or broken.
    package func describe() throws(DatasetError) -> DatasetDescription {
        switch name {
        case .digits: return DigitsDataset.description
        case .cifar10: return CIFAR10Reader.description
        case .svhn: return SVHNReader.description
        case .mnist: return IDXDataset.Published.mnist.description
        case .fashionMNIST: return IDXDataset.Published.fashionMNIST.description
        case .cifar100, .images, .csv, .idx, .arrays: break
        }
        if let description = Self.known.withLock({ $0[key] }) { return description }
        let description =
            switch name {
            case .images, .csv: try describePictures()
            case .cifar100: CIFAR100Reader.description(labels: cifarLabels)
            default: try read().description
            }
        Self.known.withLock { $0[key] = description }
        return description
    }

    /// The descriptions that were looked up in this process.
    private static let known = Mutex<[String: DatasetDescription]>([:])

    private var key: String {
        "\(name) \(labels) \(path) \(size.map { "\($0)" } ?? "") \(resize) \(channels) \(testFraction ?? 0) \(layout.map { "\($0)" } ?? "")"
    }

    /// The folder or file that is read.
    package var path: String { DataRoot.path(requested: root) }

    private var cifarLabels: CIFAR100Reader.Labels { labels == .fine ? .fine : .coarse }

    /// The data set as it is stored.
    private func read() throws(DatasetError) -> ImageDataset {
        do {
            return try readFiles()
        } catch .missing(let path) where name.isOwn {
            throw .unsuitable("\(path): not found; a file of the data set that dataset.root names")
        }
    }

    private func readFiles() throws(DatasetError) -> ImageDataset {
        switch name {
        case .digits: DigitsDataset.load()
        case .cifar10: try CIFAR10Reader(root: path).read()
        case .cifar100: try CIFAR100Reader(root: path, labels: cifarLabels).read()
        case .mnist: try shared(IDXDataset(.mnist, root: path))
        case .fashionMNIST: try shared(IDXDataset(.fashionMNIST, root: path))
        case .svhn: try shared(SVHNReader(root: path))
        case .idx: try shared(IDXDataset(folder: path))
        case .arrays:
            try shared(ArrayDataset(root: path, layout: layout.flatMap { ArrayLayout(rawValue: $0.rawValue) }))
        case .images, .csv: try packedImages().dataset()
        }
    }

    /// A data set in memory that all ranks of a machine share, instead of one copy per rank.
    private func shared(_ source: some ArraySource) throws(DatasetError) -> ImageDataset {
        try source.shared(in: PackedCache(), report: PackingReport(of: path).show)
    }

    private func normalization(of dataset: ImageDataset) -> Normalization {
        let computed = mean == .auto || deviation == .auto ? dataset.computedNormalization() : dataset.normalization
        func figures(_ figures: Figures, _ usual: [Float], _ computed: [Float]) -> [Float] {
            switch figures {
            case .usual: mean == .auto || deviation == .auto ? computed : usual
            case .auto: computed
            case .numbers(let numbers): numbers.map(Float.init)
            }
        }
        return Normalization(
            mean: figures(mean, dataset.normalization.mean, computed.mean),
            standardDeviation: figures(deviation, dataset.normalization.standardDeviation, computed.standardDeviation)
        )
    }
}

// MARK: Pictures

extension DatasetOptions {
    /// Whether `root` is a file made by `data pack`.
    private var isPacked: Bool { name == .images && PackedImages.isFile(path) }

    private var listing: ImageListing {
        get throws(DatasetError) { try ImageListing(root: path, isTable: name == .csv, testFraction: testFraction) }
    }

    private func describePictures() throws(DatasetError) -> DatasetDescription {
        if isPacked { return try packedImages().description }
        let (listing, size) = (try listing, try requiredSize())
        return DatasetDescription(
            shape: ImageShape(channels: channels, height: size.height, width: size.width),
            classNames: listing.classNames,
            trainingCount: listing.trainingCount,
            testCount: listing.entries.count - listing.trainingCount
        )
    }

    /// The packed images: the file at `root`, or the cached file for the pictures at `root`.
    private func packedImages() throws(DatasetError) -> PackedImages {
        guard isPacked else {
            let size = try requiredSize()
            let mode = Resizing.Mode(rawValue: resize.rawValue) ?? .shorterSide
            return try PackedCache().images(
                of: listing,
                resizing: Resizing(height: size.height, width: size.width, mode: mode),
                channels: channels,
                report: PackingReport(of: path).show
            )
        }
        let packed = try PackedImages(path: path)
        if let size, (packed.shape.height, packed.shape.width) != size {
            throw .invalidOption(
                name: "dataset.size",
                found: "[\(size.height), \(size.width)]",
                needed: "[\(packed.shape.height), \(packed.shape.width)], as in \(path), or none"
            )
        }
        return packed
    }

    private func requiredSize() throws(DatasetError) -> (height: Int, width: Int) {
        guard let size else {
            throw .invalidOption(name: "dataset.size", found: "none", needed: "[height, width] that pictures get")
        }
        return size
    }
}
