import ArrayFiles

/// The order of an array's dimensions; N is the number of samples.
package enum ArrayLayout: String, CaseIterable, Sendable {
    /// Images, channel by channel.
    case NCHW
    /// Images, pixel by pixel.
    case NHWC
    /// Gray images.
    case NHW
    /// Signals of length L, channel by channel.
    case NCL
    /// Features that aren't an image.
    case NF

    /// The layout of an array with this number of dimensions, unless one is given.
    static func usual(extentCount: Int) -> ArrayLayout? {
        switch extentCount {
        case 4: .NCHW
        case 3: .NCL
        case 2: .NF
        default: nil
        }
    }

    /// The shape of a sample; nil if the array's shape doesn't fit the layout.
    func imageShape(_ shape: [Int]) -> ImageShape? {
        guard shape.count == rawValue.count, shape.dropFirst().allSatisfy({ $0 >= 1 }) else { return nil }
        return switch self {
        case .NCHW: ImageShape(channels: shape[1], height: shape[2], width: shape[3])
        case .NHWC: ImageShape(channels: shape[3], height: shape[1], width: shape[2])
        case .NHW: ImageShape(channels: 1, height: shape[1], width: shape[2])
        case .NCL: ImageShape(channels: shape[1], height: 1, width: shape[2])
        case .NF: ImageShape(channels: shape[1], height: 1, width: 1)
        }
    }
}

/// Makes a set of images from two arrays: samples and labels.
enum ArrayRecords {
    /// Checks both arrays, and stores the samples planar.
    ///
    /// - Parameters:
    ///   - samples: Bytes or floats, all finite.
    ///   - labels: `[N]` or `[N, 1]` integers from 0.
    ///   - layout: The order of the samples' dimensions; nil for the usual one.
    /// - Returns: The set.
    /// - Throws: `DatasetError` that names the array.
    static func set(
        samples: NumberArray,
        labels: NumberArray,
        layout: ArrayLayout?
    ) throws(DatasetError) -> ImageSet {
        guard let layout = layout ?? .usual(extentCount: samples.shape.count),
            let shape = layout.imageShape(samples.shape)
        else {
            let needed = layout.map { "\($0.rawValue)" } ?? "two to four of them, as dataset.layout says"
            throw .unsuitable("\(samples.path): extents \(samples.shape) found, \(needed) needed")
        }
        guard !samples.isColumnMajor else {
            throw .unsuitable(
                "\(samples.path): its first extent varies fastest; save numpy.ascontiguousarray of it instead"
            )
        }
        let values = try Self.labels(labels, count: samples.shape[0])
        let storage = try storage(samples, shape: shape, layout: layout)
        return ImageSet(shape: shape, storage: storage, labels: values)
    }

    /// Checks an array of labels.
    ///
    /// - Parameters:
    ///   - array: `[N]` or `[N, 1]`.
    ///   - count: The number of labels that there must be.
    /// - Returns: The labels.
    /// - Throws: `DatasetError` that names the array.
    static func labels(_ array: NumberArray, count: Int) throws(DatasetError) -> [UInt16] {
        guard array.shape.first == count, array.count == count else {
            throw .unsuitable(
                "\(array.path): extents \(array.shape) found, one label for each of \(count) samples needed"
            )
        }
        let numbers = try DatasetError.translating { () throws(ArrayFileError) in try array.integers() }
        var labels: [UInt16] = []
        labels.reserveCapacity(count)
        for (index, number) in numbers.enumerated() {
            guard let label = UInt16(exactly: number) else {
                throw .labelOutOfRange(
                    path: array.path,
                    record: index,
                    found: number,
                    classCount: ImageSet.maximumClassCount
                )
            }
            labels.append(label)
        }
        return labels
    }

    private static func storage(
        _ samples: NumberArray,
        shape: ImageShape,
        layout: ArrayLayout
    ) throws(DatasetError) -> PixelStorage {
        switch samples.element {
        case .uint8:
            let bytes = layout == .NHWC ? planar(samples.bytes, shape: shape, width: 1) : samples.bytes
            return PixelStorage(recordByteCount: shape.count, bytes: bytes)
        case .float32, .float64:
            let values = samples.floats()
            if let index = values.firstIndex(where: { !$0.isFinite }) {
                throw .damagedFile(
                    "\(samples.path): sample \(index / shape.count) holds \(values[index]); finite numbers needed"
                )
            }
            let bytes = values.withUnsafeBytes { Array($0) }
            return PixelStorage(
                element: .float32,
                recordByteCount: 4 * shape.count,
                bytes: layout == .NHWC ? planar(bytes, shape: shape, width: 4) : bytes
            )
        default:
            throw .unsuitable("\(samples.path): numbers of kind \(samples.element) found, uint8 or float32 needed")
        }
    }

    /// Reorders pixels `[N, H, W, C]`, of `width` bytes each, to `[N, C, H, W]`.
    private static func planar(_ bytes: [UInt8], shape: ImageShape, width: Int) -> [UInt8] {
        guard shape.channels > 1 else { return bytes }
        let sampleCount = bytes.count / (shape.count * width)
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
            bytes.withUnsafeBufferPointer { source in
                for sample in 0..<sampleCount {
                    let start = sample * shape.count
                    for pixel in 0..<shape.planeCount {
                        for channel in 0..<shape.channels {
                            let from = (start + pixel * shape.channels + channel) * width
                            let to = (start + channel * shape.planeCount + pixel) * width
                            for byte in 0..<width { target[to + byte] = source[from + byte] }
                        }
                    }
                }
            }
            count = bytes.count
        }
    }
}
