import CVectorKernels
import Kernels
import Tensors

/// The parameters of the vector kernels' tests: every instruction set of this processor, and counts around the widths
/// of its vectors.
enum KernelSweep {
    static let counts = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 65, 100, 1023]
    static let channels = [1, 3, 8, 10, 16, 17, 31, 32, 33, 48, 64, 70]
    static let instructions = VectorInstructions.all.indices

    static func kernels(_ index: Int) -> VectorKernels { VectorInstructions.all[index].kernels }

    /// A buffer of uniform floats in ±1 whose slice isn't aligned to a vector, surrounded by guards.
    static func unaligned(_ count: Int, index: Int = 0) -> Guarded {
        var stream = RandomStream(seed: 7, purpose: .initialization, index: index)
        return Guarded((0..<count).map { _ in 2 * stream.nextUniform() - 1 })
    }
}

/// Floats with guards before and after them, which detect writes outside.
struct Guarded {
    private static let margin = 17
    private static let mark: Float = 12345
    private let buffer: AlignedBuffer
    let slice: TensorSlice

    init(_ values: [Float]) {
        buffer = AlignedBuffer(count: values.count + 2 * Self.margin)
        buffer.slice.fill(Self.mark)
        slice = buffer.slice[Self.margin..<Self.margin + values.count]
        slice.copy(from: values)
    }

    var base: UnsafeMutablePointer<Float> { slice.base }
    var array: [Float] { slice.array }
    var isIntact: Bool {
        let all = buffer.slice.array
        return (all.prefix(Self.margin) + all.suffix(Self.margin)).allSatisfy { $0 == Self.mark }
    }
}
