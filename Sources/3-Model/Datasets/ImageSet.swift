/// Labelled images as they lie on disk: one byte a pixel value, planar.
public struct ImageSet: Sendable {
    /// The extents of each image.
    public let shape: ImageShape
    /// Pixel values `[N, C, H, W]`.
    public let pixels: [UInt8]
    /// The class of each image `[N]`.
    public let labels: [UInt8]

    /// Puts images and labels together.
    ///
    /// - Parameters:
    ///   - shape: The extents of each image.
    ///   - pixels: `[N, C, H, W]`, as many whole images as there are labels.
    ///   - labels: `[N]`.
    public init(shape: ImageShape, pixels: [UInt8], labels: [UInt8]) {
        precondition(
            pixels.count == labels.count * shape.count,
            "ImageSet: \(pixels.count) pixel values found, \(labels.count) images of \(shape.count) needed"
        )
        self.shape = shape
        self.pixels = pixels
        self.labels = labels
    }

    /// How many images the set holds.
    public var count: Int { labels.count }

    /// Counts the images of each class.
    ///
    /// - Parameter classCount: More than every label.
    /// - Returns: One count a class.
    public func classCounts(classCount: Int) -> [Int] {
        labels.reduce(into: Array(repeating: 0, count: classCount)) { counts, label in counts[Int(label)] += 1 }
    }

    /// Some of the images, as a set of their own.
    ///
    /// - Parameter samples: Which, in this order; each below `count`.
    /// - Returns: A copy of those images.
    func selection(_ samples: ArraySlice<Int32>) -> ImageSet {
        let pixels = samples.flatMap { self.pixels[(Int($0) * shape.count)..<((Int($0) + 1) * shape.count)] }
        return ImageSet(shape: shape, pixels: pixels, labels: samples.map { labels[Int($0)] })
    }

    /// The first so many images, as a set of their own.
    ///
    /// - Parameter length: At most `count`.
    /// - Returns: A copy of those images.
    func prefix(_ length: Int) -> ImageSet {
        ImageSet(shape: shape, pixels: Array(pixels[..<(length * shape.count)]), labels: Array(labels[..<length]))
    }
}
