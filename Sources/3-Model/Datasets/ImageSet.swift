/// Labelled images as they are stored: bytes or floats, planar.
package struct ImageSet: Sendable {
    /// The shape of each image.
    package let shape: ImageShape
    /// The class of each image `[N]`.
    package let labels: [UInt16]

    let storage: PixelStorage
    /// The stored record of each image; nil if image and record have the same number.
    let records: [Int32]?

    /// The largest number of classes.
    package static let maximumClassCount = 1 << 16

    /// Creates a set from stored images and their labels.
    ///
    /// - Parameters:
    ///   - shape: The shape of each image.
    ///   - storage: Records `[C, H, W]`.
    ///   - labels: `[N]`.
    ///   - records: The record of each image, `[N]`; by default the first `N` records in order.
    package init(shape: ImageShape, storage: PixelStorage, labels: [UInt16], records: [Int32]? = nil) {
        precondition(
            storage.recordByteCount == shape.count * storage.element.byteCount,
            "ImageSet: records of \(storage.recordByteCount) bytes found, \(shape.count) values needed"
        )
        precondition(
            records.map { $0.count == labels.count } ?? (labels.count <= storage.count),
            "ImageSet: \(labels.count) labels found, one for each of \(records?.count ?? storage.count) images needed"
        )
        precondition(
            records?.allSatisfy { (0..<storage.count).contains(Int($0)) } ?? true,
            "ImageSet: records found beyond the last, \(storage.count - 1)"
        )
        self.shape = shape
        self.storage = storage
        self.labels = labels
        self.records = records
    }

    /// Creates a set from images and labels in memory.
    ///
    /// - Parameters:
    ///   - shape: The shape of each image.
    ///   - pixels: `[N, C, H, W]`, one image for each label.
    ///   - labels: `[N]`.
    package init(shape: ImageShape, pixels: [UInt8], labels: [UInt8]) {
        precondition(
            pixels.count == labels.count * shape.count,
            "ImageSet: \(pixels.count) pixel values found, \(labels.count) images of \(shape.count) needed"
        )
        self.init(
            shape: shape,
            storage: PixelStorage(recordByteCount: shape.count, bytes: pixels),
            labels: labels.map(UInt16.init)
        )
    }

    /// The number of images.
    package var count: Int { labels.count }

    /// The type of values.
    package var element: PixelStorage.Element { storage.element }

    /// The stored record of an image.
    func record(_ sample: Int) -> Int { records.map { Int($0[sample]) } ?? sample }

    /// The stored bytes of one image `[C, H, W]`.
    ///
    /// - Parameter sample: Below `count`.
    /// - Returns: A copy.
    package func bytes(of sample: Int) -> [UInt8] { Array(storage.record(record(sample))) }

    /// The stored bytes of all images `[N, C, H, W]`; a copy, for small sets.
    package var pixels: [UInt8] { (0..<count).flatMap(bytes) }

    /// Counts the images of each class.
    ///
    /// - Parameter classCount: The number of classes; every label is smaller.
    /// - Returns: One count per class.
    package func classCounts(classCount: Int) -> [Int] {
        labels.reduce(into: Array(repeating: 0, count: classCount)) { counts, label in counts[Int(label)] += 1 }
    }

    /// A subset of the images, which shares their memory.
    ///
    /// - Parameter samples: Below `count`.
    /// - Returns: Those images, in that order.
    package func selection(_ samples: some Collection<Int32>) -> ImageSet {
        ImageSet(
            shape: shape,
            storage: storage,
            labels: samples.map { labels[Int($0)] },
            records: samples.map { Int32(record(Int($0))) }
        )
    }

    /// The first `length` images, which share their memory.
    ///
    /// - Parameter length: At most `count`.
    /// - Returns: Those images.
    func prefix(_ length: Int) -> ImageSet {
        ImageSet(
            shape: shape,
            storage: storage,
            labels: Array(labels[..<length]),
            records: records.map { Array($0[..<length]) }
        )
    }

    /// Asks the system to read images that are needed soon, if they are in files.
    ///
    /// - Parameter samples: Below `count`.
    package func willLoad(_ samples: ArraySlice<Int32>) {
        guard storage.readsAhead else { return }
        storage.willRead(samples.lazy.map { record(Int($0)) })
    }
}
