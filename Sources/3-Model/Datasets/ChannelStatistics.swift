/// Sums over a set's values, channel by channel, added in a fixed order: the same figures on every rank and machine.
package struct ChannelStatistics {
    /// Values a channel.
    private(set) var count = 0
    private var sums: [Double]
    private var squareSums: [Double]
    private let shape: ImageShape

    /// Of no values yet.
    init(shape: ImageShape) {
        self.shape = shape
        sums = Array(repeating: 0, count: shape.channels)
        squareSums = sums
    }

    /// Of all images of a set.
    package init(of set: ImageSet) {
        self.init(shape: set.shape)
        for sample in 0..<set.count { add(set.storage.record(set.record(sample)), element: set.element) }
    }

    /// Sums of one image's values.
    struct ImageSums {
        let sums: [Double]
        let squareSums: [Double]
    }

    /// Adds up one image.
    ///
    /// Bytes are added as integers, which their order can't change.
    static func sums(
        _ record: UnsafeRawBufferPointer,
        element: PixelStorage.Element,
        shape: ImageShape
    ) -> ImageSums {
        var (sums, squareSums): ([Double], [Double]) = ([], [])
        for channel in 0..<shape.channels {
            let values = channel * shape.planeCount..<(channel + 1) * shape.planeCount
            switch element {
            case .uint8:
                var (sum, squareSum): (UInt64, UInt64) = (0, 0)
                for index in values {
                    let value = UInt64(record[index])
                    sum &+= value
                    squareSum &+= value &* value
                }
                sums.append(Double(sum))
                squareSums.append(Double(squareSum))
            case .float32:
                var (sum, squareSum) = (0.0, 0.0)
                for index in values {
                    let value = Double(record.loadUnaligned(fromByteOffset: 4 * index, as: Float.self))
                    sum += value
                    squareSum += value * value
                }
                sums.append(sum)
                squareSums.append(squareSum)
            }
        }
        return ImageSums(sums: sums, squareSums: squareSums)
    }

    mutating func add(_ record: UnsafeRawBufferPointer, element: PixelStorage.Element) {
        add(Self.sums(record, element: element, shape: shape))
    }

    /// Adds an image; the order of images is the caller's.
    mutating func add(_ image: ImageSums) { add(image, valuesPerChannel: shape.planeCount) }

    /// Adds an image of a size of its own.
    mutating func add(_ image: ImageSums, valuesPerChannel: Int) {
        count += valuesPerChannel
        for channel in 0..<shape.channels {
            sums[channel] += image.sums[channel]
            squareSums[channel] += image.squareSums[channel]
        }
    }

    /// The figures of values scaled so that full brightness is 1; a channel that never changes is divided by 1.
    ///
    /// - Parameter maximum: The stored value of full brightness.
    /// - Returns: One mean and one deviation a channel.
    package func normalization(maximum: Float) -> Normalization {
        let (maximum, count) = (Double(maximum), Double(max(count, 1)))
        let means = sums.map { $0 / count }
        let deviations = zip(squareSums, means).map { squares, mean -> Float in
            let deviation = Float(max(0, squares / count - mean * mean).squareRoot() / maximum)
            return deviation.isNormal && deviation > 0 ? deviation : 1
        }
        return Normalization(mean: means.map { Float($0 / maximum) }, deviation: deviations)
    }
}
