import Kernels
package import Tensors

/// Gradient accumulation: adds up the gradients of a shard's micro-batches, which are computed one after another.
///
/// Two neighbouring micro-batches are added as soon as both gradients exist, then two neighbouring sums, and so on.
/// This is the order in which the reduction's tree adds the same number of shards, so that the bits are equal. It takes
/// the memory of one gradient per level of the tree.
package final class GradientAccumulator: Sendable {
    private let partCount: Int
    /// The gradient of the last micro-batch, then the sums.
    private let current: AlignedBuffer
    /// On each level, the left neighbour that waits for the right one.
    private let waiting: [AlignedBuffer]

    /// The number of gradients in memory at a time, besides the sum.
    ///
    /// - Parameter partCount: A power of two.
    /// - Returns: 0 for a single micro-batch.
    static func bufferCount(partCount: Int) -> Int { partCount == 1 ? 0 : partCount.trailingZeroBitCount + 1 }

    /// Allocates memory for the micro-batches of one shard.
    ///
    /// - Parameters:
    ///   - partCount: The number of micro-batches per shard: a power of two, at least 2.
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

    /// Computes the gradients of all micro-batches.
    ///
    /// - Parameters:
    ///   - gradient: Receives the sum.
    ///   - compute: Writes the gradient of one micro-batch, by its index.
    package func accumulate(into gradient: TensorSlice, compute: (_ part: Int, _ gradient: TensorSlice) -> Void) {
        for part in 0..<partCount {
            guard part % 2 == 1 else {
                compute(part, waiting[0].slice)
                continue
            }
            compute(part, current.slice)
            // For each bit that is set, the micro-batch completes a pair on that level.
            for level in waiting.indices where (part + 1) % (2 << level) == 0 {
                let isRight = (part + 1) % (4 << level) == 0
                let isRoot = level == waiting.count - 1
                let sum = isRoot ? gradient : isRight ? current.slice : waiting[level + 1].slice
                Elementwise.sum(waiting[level].slice, current.slice, into: sum)
            }
        }
    }
}
