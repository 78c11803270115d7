/// Sums of a set's values for each channel, added in a fixed order: the same statistics on every rank and machine.
package struct ChannelStatistics {
    /// The number of values of each channel.
    private(set) var count = 0
    private var sums: [Double]
    private var squareSums: [Double]
    private let shape: ImageShape

    /// Sums over no values.
    init(shape: ImageShape) {
        self.shape = shape
        sums = Array(repeating: 0, count: shape.channels)
        squareSums = sums
    }

    /// Sums over all images of a set.
    package init(of set: ImageSet) {
        self.init(shape: set.shape)
        for sample in 0..<set.count { add(set.storage.record(set.record(sample)), element: set.element) }
    }

    /// The sums of one image's values.
    struct ImageSums {
        let sums: [Double]
        let squareSums: [Double]
    }

    /// Sums one image.
    ///
    /// Bytes are added as integers, whose sum doesn't depend on the order.
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

    /// Adds an image; the caller decides on the order of images.
    mutating func add(_ image: ImageSums) { add(image, valuesPerChannel: shape.planeCount) }

    /// Adds an image of another size.
    mutating func add(_ image: ImageSums, valuesPerChannel: Int) {
        count += valuesPerChannel
        for channel in 0..<shape.channels {
            sums[channel] += image.sums[channel]
            squareSums[channel] += image.squareSums[channel]
        }
    }

    /// Mean and standard deviation of values scaled so that full brightness is 1; a constant channel gets the deviation
    /// 1.
    ///
    /// - Parameter maximum: The stored value of full brightness.
    /// - Returns: One mean and one standard deviation per channel.
    package func normalization(maximum: Float) -> Normalization {
        let (maximum, count) = (Double(maximum), Double(max(count, 1)))
        let means = sums.map { $0 / count }
        let deviations = zip(squareSums, means).map { squares, mean -> Float in
            let deviation = Float(max(0, squares / count - mean * mean).squareRoot() / maximum)
            return deviation.isNormal && deviation > 0 ? deviation : 1
        }
        return Normalization(mean: means.map { Float($0 / maximum) }, standardDeviation: deviations)
    }
}
