import Tensors

/// Floats between stretches of NaN.
///
/// A kernel that reads beyond its tensor gives NaN, and one that writes there is seen, where it would else end the whole
/// run of tests with a crash that names none of them.
struct GuardedMemory {
    /// More than a tile of the widest case sticks out of its image.
    private static let margin = 1 << 13
    private let buffer: AlignedBuffer
    /// The tensor, which starts at a cache line.
    let slice: TensorSlice

    /// Memory that starts as NaN.
    init(count: Int) {
        buffer = AlignedBuffer(count: count + 2 * Self.margin)
        buffer.slice.fill(.nan)
        slice = buffer.slice[Self.margin..<Self.margin + count]
    }

    /// Whether nothing was written beyond the tensor.
    var isIntact: Bool {
        let end = Self.margin + slice.count
        return [0..<Self.margin, end..<end + Self.margin].allSatisfy { margin in
            withExtendedLifetime(buffer) { buffer.slice[margin].array.allSatisfy(\.isNaN) }
        }
    }
}
