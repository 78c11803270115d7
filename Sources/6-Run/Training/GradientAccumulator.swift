import Kernels
package import Tensors

/// Adds up the gradients of a shard's parts, which are computed one after another.
///
/// Two neighbouring parts are added as soon as both are there, then two neighbouring sums, and so on: the order in which the
/// reduction's tree adds as many shards, so that the bits are the same, in the memory of one gradient for each level.
package final class GradientAccumulator: Sendable {
    private let partCount: Int
    /// The last part, then sums on their way up.
    private let current: AlignedBuffer
    /// On each level the left neighbour that waits for the right one.
    private let waiting: [AlignedBuffer]

    /// Gradients that are kept at a time, besides the sum.
    ///
    /// - Parameter partCount: A power of two.
    /// - Returns: None for a single part.
    static func bufferCount(partCount: Int) -> Int { partCount == 1 ? 0 : partCount.trailingZeroBitCount + 1 }

    /// Memory for the parts of one shard at a time.
    ///
    /// - Parameters:
    ///   - partCount: How many parts a shard has: a power of two, at least 2.
    ///   - elementCount: Floats of a gradient.
    package init(partCount: Int, elementCount: Int) {
        precondition(
            partCount >= 2 && partCount.nonzeroBitCount == 1,
            "GradientAccumulator: \(partCount) parts found, a power of two needed"
        )
        self.partCount = partCount
        current = AlignedBuffer(count: elementCount)
        waiting = (0..<partCount.trailingZeroBitCount).map { _ in AlignedBuffer(count: elementCount) }
    }

    /// Computes all parts.
    ///
    /// - Parameters:
    ///   - gradient: Receives the sum.
    ///   - compute: Writes the gradient of a part, by its position.
    package func accumulate(into gradient: TensorSlice, compute: (_ part: Int, _ gradient: TensorSlice) -> Void) {
        for part in 0..<partCount {
            guard part % 2 == 1 else {
                compute(part, waiting[0].slice)
                continue
            }
            compute(part, current.slice)
            // Where a bit of the number is set, the part closes a pair on that level.
            for level in waiting.indices where (part + 1) % (2 << level) == 0 {
                let isRight = (part + 1) % (4 << level) == 0
                let isRoot = level == waiting.count - 1
                let sum = isRoot ? gradient : isRight ? current.slice : waiting[level + 1].slice
                Elementwise.sum(waiting[level].slice, current.slice, into: sum)
            }
        }
    }
}
