import Tensors

/// Cuts a gradient into buckets, each of which is reduced as soon as the backward pass has filled it.
///
/// Parameters are in the order of their layers, and the backward pass goes in the opposite direction, so bucket 0 is
/// the end of the buffer. Buckets start where parameters start, but a large parameter is cut into several buckets. The
/// first bucket is small, so that reduction starts early.
package struct BucketPlan: Equatable, Sendable {
    /// Floats in the whole gradient.
    package let elementCount: Int
    /// The positions of each bucket, in the order in which backward completes them.
    package let buckets: [Range<Int>]

    /// - Parameters:
    ///   - elementCount: Floats in the whole gradient, at least 1.
    ///   - boundaries: The starts of the parameters, in any order.
    ///   - firstBucketBytes: The size at which the first bucket is closed; 256 KiB by default.
    ///   - bucketBytes: The size at which the other buckets are closed; 1 MiB by default.
    package init(
        elementCount: Int,
        boundaries: [Int],
        firstBucketBytes: Int = 256 << 10,
        bucketBytes: Int = 1 << 20
    ) {
        precondition(elementCount > 0, "BucketPlan: \(elementCount) elements found, 1 or more needed")
        precondition(
            boundaries.allSatisfy { (0..<elementCount).contains($0) },
            "BucketPlan: boundaries \(boundaries) found, each in 0 ..< \(elementCount) needed"
        )
        var buckets: [Range<Int>] = []
        var end = elementCount
        let starts = Set(boundaries).union([0]).sorted(by: >)
        for start in starts {
            let limit = buckets.isEmpty ? min(firstBucketBytes, bucketBytes) : bucketBytes
            let isFull = (end - start) * MemoryLayout<Float>.stride >= limit
            guard isFull || start == 0 else { continue }
            buckets += Self.pieces(of: start..<end, bytes: bucketBytes)
            end = start
        }
        self.elementCount = elementCount
        self.buckets = buckets
    }

    /// Cuts a range into pieces of about `bytes` at cache lines, the last piece first.
    private static func pieces(of range: Range<Int>, bytes: Int) -> [Range<Int>] {
        let count = max(1, range.count * MemoryLayout<Float>.stride / max(bytes, AlignedBuffer.alignment))
        let cuts = (0..<count).map { range.lowerBound + AlignedBuffer.aligned(range.count * $0 / count) }
        return zip(cuts, cuts.dropFirst() + [range.upperBound]).map { $0..<$1 }.reversed()
    }
}
