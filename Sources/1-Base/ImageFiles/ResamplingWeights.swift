import Images

/// The weights that resample one side of a picture: a triangle filter, widened when the picture shrinks so that no
/// detail finer than the new grid remains (antialiasing).
///
/// Weights are integers in units of 2⁻²² that add up to one.
///
/// They are computed by additions, multiplications and divisions only, which round the same way everywhere, and applied
/// in integers: the same bits on every machine and with any vector instructions.
struct ResamplingWeights {
    private static let bits = 22
    private static let half: Int32 = 1 << (bits - 1)

    /// The first source sample of each result.
    private var starts: [Int] = []
    /// How many source samples contribute to each result.
    private var counts: [Int] = []
    /// `[results, longest count]`.
    private var weights: [Int32] = []
    private let longest: Int

    /// Computes the weights for a window of the source samples.
    ///
    /// - Parameters:
    ///   - window: The window's start and length, in samples, within `0 ... sourceCount`.
    ///   - sourceCount: The number of source samples.
    ///   - resultCount: The number of samples to compute.
    init(from window: (start: Double, length: Double), within sourceCount: Int, to resultCount: Int) {
        let scale = window.length / Double(resultCount)
        let support = max(scale, 1)
        longest = min(sourceCount, Int(2 * support) + 3)
        weights = Array(repeating: 0, count: resultCount * longest)
        for result in 0..<resultCount {
            let center = window.start + (Double(result) + 0.5) * scale
            let start = max(0, Int((center - support + 0.5).rounded(.down)))
            let end = min(sourceCount, Int((center + support + 0.5).rounded(.down)), start + longest)
            // At least one sample, even if rounding leaves none.
            let first = min(start, sourceCount - 1)
            let last = max(end, first + 1)
            let triangle = (first..<last).map { max(0, 1 - abs(Double($0) + 0.5 - center) / support) }
            set(triangle, ofResult: result)
            starts.append(first)
            counts.append(last - first)
        }
    }

    /// Rounds weights so that they add up to exactly one: the largest weight takes the rounding error.
    private mutating func set(_ triangle: [Double], ofResult result: Int) {
        let sum = triangle.reduce(0, +)
        let one = Double(1 << Self.bits)
        var rounded = triangle.map { Int32(((sum > 0 ? $0 / sum : 1 / Double(triangle.count)) * one).rounded()) }
        let largest = rounded.indices.max { rounded[$0] < rounded[$1] } ?? 0
        rounded[largest] += (1 << Self.bits) - rounded.reduce(0, +)
        for (index, weight) in rounded.enumerated() { weights[result * longest + index] = weight }
    }

    private var resultCount: Int { starts.count }

    /// The source samples that contribute to some result.
    var sourceRange: Range<Int> { starts[0]..<zip(starts, counts).map { $0 + $1 }.reduce(0, max) }

    /// Resamples the columns of the given rows; the other rows stay uninitialized, since they are never read.
    func appliedToColumns(of image: PixelImage, inRows rows: Range<Int>) -> PixelImage {
        let (width, height, channels) = (resultCount, image.height, image.channels)
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * channels) { target, initializedCount in
            target.initialize(repeating: 0)
            image.pixels.withUnsafeBufferPointer { source in
                weights.withUnsafeBufferPointer { weights in
                    for row in rows {
                        let line = UnsafeBufferPointer(rebasing: source[(row * image.width * channels)...])
                        let output = UnsafeMutableBufferPointer(rebasing: target[(row * width * channels)...])
                        if channels == 3 {
                            writeColorRow(line, weights, output)
                        } else {
                            writeGrayRow(line, weights, output)
                        }
                    }
                }
            }
            initializedCount = target.count
        }
        return PixelImage(width: width, height: height, channels: channels, pixels: pixels)
    }

    private func writeGrayRow(
        _ line: UnsafeBufferPointer<UInt8>,
        _ weights: UnsafeBufferPointer<Int32>,
        _ output: UnsafeMutableBufferPointer<UInt8>
    ) {
        for result in 0..<resultCount {
            var sum = Self.half
            let (start, first) = (starts[result], result * longest)
            for tap in 0..<counts[result] { sum &+= Int32(line[start + tap]) &* weights[first + tap] }
            output[result] = UInt8(truncatingIfNeeded: sum >> Int32(Self.bits))
        }
    }

    private func writeColorRow(
        _ line: UnsafeBufferPointer<UInt8>,
        _ weights: UnsafeBufferPointer<Int32>,
        _ output: UnsafeMutableBufferPointer<UInt8>
    ) {
        for result in 0..<resultCount {
            var (red, green, blue) = (Self.half, Self.half, Self.half)
            let (start, first) = (starts[result] * 3, result * longest)
            for tap in 0..<counts[result] {
                let weight = weights[first + tap]
                red &+= Int32(line[start + 3 * tap]) &* weight
                green &+= Int32(line[start + 3 * tap + 1]) &* weight
                blue &+= Int32(line[start + 3 * tap + 2]) &* weight
            }
            output[3 * result] = UInt8(truncatingIfNeeded: red >> Int32(Self.bits))
            output[3 * result + 1] = UInt8(truncatingIfNeeded: green >> Int32(Self.bits))
            output[3 * result + 2] = UInt8(truncatingIfNeeded: blue >> Int32(Self.bits))
        }
    }

    /// Resamples the rows.
    func appliedToRows(of image: PixelImage) -> PixelImage {
        let rowCount = image.width * image.channels
        let pixels = [UInt8](unsafeUninitializedCapacity: resultCount * rowCount) { target, initializedCount in
            image.pixels.withUnsafeBufferPointer { source in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: rowCount) { sums in
                    for result in 0..<resultCount {
                        sums.update(repeating: Self.half)
                        for tap in 0..<counts[result] {
                            let weight = weights[result * longest + tap]
                            let line = UnsafeBufferPointer(rebasing: source[((starts[result] + tap) * rowCount)...])
                            for index in 0..<rowCount { sums[index] &+= Int32(line[index]) &* weight }
                        }
                        let output = UnsafeMutableBufferPointer(rebasing: target[(result * rowCount)...])
                        for index in 0..<rowCount {
                            output[index] = UInt8(truncatingIfNeeded: sums[index] >> Int32(Self.bits))
                        }
                    }
                }
            }
            initializedCount = target.count
        }
        return PixelImage(width: image.width, height: resultCount, channels: image.channels, pixels: pixels)
    }
}
