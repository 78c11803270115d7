import Tensors

/// Floats with NaN before and after them.
///
/// A kernel that reads outside of its tensor gives NaN, and a write there is detected, instead of crashing the whole
/// test run without naming the test.
struct GuardedMemory {
    /// Larger than the part of a tile that sticks out of the widest image.
    private static let margin = 1 << 13
    private let buffer: AlignedBuffer
    /// The tensor, which starts on a cache line.
    let slice: TensorSlice

    /// Memory that starts as NaN.
    init(count: Int) {
        buffer = AlignedBuffer(count: count + 2 * Self.margin)
        buffer.slice.fill(.nan)
        slice = buffer.slice[Self.margin..<Self.margin + count]
    }

    /// Whether nothing was written outside of the tensor.
    var isIntact: Bool {
        let end = Self.margin + slice.count
        return [0..<Self.margin, end..<end + Self.margin].allSatisfy { margin in
            withExtendedLifetime(buffer) { buffer.slice[margin].array.allSatisfy(\.isNaN) }
        }
    }
}
