import Datasets

extension ImageDataset {
    /// Twenty images `[3, 8, 6]` with different pixels and labels, the same for training and test.
    static func made(_ normalization: Normalization) -> ImageDataset {
        let shape = ImageShape(channels: 3, height: 8, width: 6)
        let pixels = (0..<20 * shape.count).map { UInt8((37 * $0 + $0 / 7) % 256) }
        let set = ImageSet(shape: shape, pixels: pixels, labels: (0..<20).map { UInt8($0) })
        return ImageDataset(
            name: "made",
            classNames: (0..<20).map(String.init),
            maximumPixelValue: 255,
            normalization: normalization,
            training: set,
            test: set
        )
    }
}
