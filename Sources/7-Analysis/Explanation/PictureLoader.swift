package import ConfigurationFiles
package import Datasets
package import ImageFiles
package import Images
package import Tensors

/// Turns any picture files into a network's input, in the same way as its training images: turned upright, resized,
/// converted to the same channels, scaled, normalized, and permuted if they were.
package struct PictureLoader: Sendable {
    /// The shape of the network's input.
    package let shape: ImageShape
    private let resizing: Resizing
    private let loader: BatchLoader

    /// Prepares a data set's normalization.
    ///
    /// - Parameters:
    ///   - dataset: The data set on which the network was trained; its images aren't used.
    ///   - options: The section `dataset` of the configuration.
    /// - Throws: `DatasetError`, also for samples that aren't pictures.
    package init(dataset: ImageDataset, options: DatasetOptions) throws(DatasetError) {
        shape = dataset.shape
        guard [1, 3].contains(shape.channels), shape.height > 1 || shape.width > 1 else {
            throw .invalidOption(
                name: "dataset",
                found: "samples of \(shape.channels)x\(shape.height)x\(shape.width)",
                needed: "images of 1 or 3 channels, where pictures are to be answered"
            )
        }
        let mode = Resizing.Mode(rawValue: options.resize.rawValue) ?? .shorterSide
        resizing = Resizing(height: shape.height, width: shape.width, mode: mode)
        // A file's full brightness is 255, whatever the data set's is.
        let none = ImageSet(shape: shape, pixels: [], labels: [])
        var files = ImageDataset(
            name: dataset.name,
            classNames: dataset.classNames,
            maximumPixelValue: 255,
            normalization: dataset.normalization,
            training: none,
            test: none
        )
        if let seed = options.pixelPermutationSeed { files = files.permutingPixels(seed: seed) }
        loader = try BatchLoader(dataset: files, augmentation: .none, seed: 0)
    }

    /// Reads a picture.
    ///
    /// - Parameter path: A file in any format of `ImageFiles`.
    /// - Returns: The picture at the size of the input, before normalization.
    /// - Throws: `ImageFileError`.
    package func picture(at path: String) throws(ImageFileError) -> PixelImage {
        try picture(ImageFile.read(path), path: path)
    }

    /// Decodes a picture.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - path: The file's name in errors.
    /// - Returns: As `picture(at:)`.
    /// - Throws: `ImageFileError`.
    package func picture(_ bytes: [UInt8], path: String) throws(ImageFileError) -> PixelImage {
        let decoded = try ImageDecoder.decode(bytes, path: path, noSmallerThan: resizing.decodingMinimum)
        return resizing.applied(to: decoded.withChannels(shape.channels))
    }

    /// Writes pictures as the network's input.
    ///
    /// - Parameters:
    ///   - pictures: Pictures of the size of the input; a missing one is filled with zero pixels.
    ///   - images: Receives `[N, H, W, C]`.
    package func load(_ pictures: [PixelImage?], into images: TensorSlice) {
        let blank = [UInt8](repeating: 0, count: shape.count)
        let pixels = pictures.flatMap { $0.map(planes) ?? blank }
        let labels = [UInt8](repeating: 0, count: pictures.count)
        let set = ImageSet(shape: shape, pixels: pixels, labels: labels)
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: pictures.count) { room in
            let samples = pictures.indices.map(Int32.init)
            loader.load(samples[...], from: set, epoch: nil, into: images, labels: room)
        }
    }

    /// `[H, W, C]` as `[C, H, W]`.
    private func planes(_ picture: PixelImage) -> [UInt8] {
        guard shape.channels > 1 else { return picture.pixels }
        return (0..<shape.channels).flatMap { channel in
            stride(from: channel, to: picture.pixels.count, by: shape.channels).map { picture.pixels[$0] }
        }
    }
}
