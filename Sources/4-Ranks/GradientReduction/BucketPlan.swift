import Tensors

/// How a gradient is cut into buckets, each reduced as soon as backward has filled it.
///
/// Parameters lie in the order of their layers and backward runs against it, so bucket 0 is the end of the buffer.
/// Buckets start where parameters do, but a large parameter is cut into several. The first bucket is small, so that
/// reduction starts early.
public struct BucketPlan: Equatable, Sendable {
    /// Floats in the whole gradient.
    public let elementCount: Int
    /// The positions of each bucket, in the order in which backward completes them.
    public let buckets: [Range<Int>]

    /// - Parameters:
    ///   - elementCount: Floats in the whole gradient, 1 or more.
    ///   - boundaries: Where parameters start, in any order.
    ///   - firstBucketBytes: When the first bucket is closed; 256 KiB by default.
    ///   - bucketBytes: When every other bucket is closed; 1 MiB by default.
    public init(
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

    /// Cuts a range into parts of about `bytes`, last part first, on cache lines.
    private static func pieces(of range: Range<Int>, bytes: Int) -> [Range<Int>] {
        let count = max(1, range.count * MemoryLayout<Float>.stride / max(bytes, AlignedBuffer.alignment))
        let cuts = (0..<count).map { range.lowerBound + AlignedBuffer.aligned(range.count * $0 / count) }
        return zip(cuts, cuts.dropFirst() + [range.upperBound]).map { $0..<$1 }.reversed()
    }
}
