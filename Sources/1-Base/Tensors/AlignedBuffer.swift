#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Memory for `count` floats, aligned to a cache line, zeroed, and freed with the last reference.
///
/// A network's parameters, its gradients and each layer's activations are one buffer each, allocated once.
public final class AlignedBuffer: @unchecked Sendable {
    /// The alignment of every buffer, and of every slice that a plan lays out, in bytes: one cache line, one AVX-512
    /// vector.
    public static let alignment = 64
    /// Floats in one cache line; slices are laid out at multiples of this.
    public static let alignedFloatCount = alignment / MemoryLayout<Float>.stride

    private let base: UnsafeMutablePointer<Float>

    /// The number of floats.
    public let count: Int

    /// Allocates and zeroes the memory.
    ///
    /// - Parameter count: The number of floats; zero gives an empty buffer.
    public init(count: Int) {
        precondition(count >= 0, "AlignedBuffer: count \(count) found, 0 or more needed")
        let byteCount = max(count, 1) * MemoryLayout<Float>.stride
        let rounded = (byteCount + Self.alignment - 1) / Self.alignment * Self.alignment
        guard let memory = aligned_alloc(Self.alignment, rounded) else {
            preconditionFailure("AlignedBuffer: no memory for \(rounded) bytes")
        }
        memset(memory, 0, rounded)
        base = memory.bindMemory(to: Float.self, capacity: max(count, 1))
        self.count = count
    }

    deinit { free(base) }

    /// The whole buffer.
    ///
    /// The caller must keep the buffer alive while it uses the slice.
    public var slice: TensorSlice { TensorSlice(base: base, count: count) }

    /// Rounds `count` up so that the next slice starts on a cache line.
    ///
    /// - Parameter count: A number of floats.
    /// - Returns: The smallest multiple of `alignedFloatCount` that is at least `count`.
    public static func aligned(_ count: Int) -> Int {
        (count + alignedFloatCount - 1) / alignedFloatCount * alignedFloatCount
    }
}
