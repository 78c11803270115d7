import Tensors

/// Sizes around the widths of all vectors, with different remainders.
let oddCounts = [1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 1001]

/// Numbers in -1 ..< 1, including some exact zeros of both signs.
func randomValues(_ count: Int, index: Int) -> [Float] {
    var stream = RandomStream(seed: 29, purpose: .initialization, index: index)
    return (0..<count).map { _ in
        let value = 2 * stream.nextUniform() - 1
        return switch stream.nextInteger(below: 16) {
        case 0: 0
        case 1: -0.0
        default: value
        }
    }
}

/// A buffer of given values, which starts on a cache line.
func buffer(_ values: [Float]) -> AlignedBuffer {
    let buffer = AlignedBuffer(count: values.count)
    buffer.slice.copy(from: values)
    return buffer
}

/// A buffer of NaN, whose values must be overwritten.
func unsetBuffer(_ count: Int) -> AlignedBuffer { buffer(Array(repeating: .nan, count: count)) }

extension AlignedBuffer {
    /// The floats; the buffer is kept alive meanwhile.
    var array: [Float] { withExtendedLifetime(self) { slice.array } }
}
