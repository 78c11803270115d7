import Collectives
import Tensors

/// How one bucket travels between ranks: who owns which slice of it, and where its parts lie on the way.
struct BucketExchange {
    /// The part of the gradient that each rank owns, by rank.
    let slices: [Range<Int>]
    /// Where this rank's nodes start in the buffer of partial sums, by the rank that owns the slice; nodes of one
    /// slice follow each other.
    let partialSumStarts: [Int]
    /// Where the slice of each node of all ranks starts in the buffer of what is received, in shard order.
    let receivedStarts: [Int]
    /// What is sent from the buffer of partial sums, what comes into the other, and each rank's slice of the sum.
    let sent, received, gathered: BlockLayout

    /// - Parameters:
    ///   - bucket: Positions in the gradient.
    ///   - nodeCounts: How many complete nodes each rank has.
    ///   - rank: This rank.
    ///   - receivedStart: Where the bucket starts in the buffer of what is received.
    init(_ bucket: Range<Int>, nodeCounts: [Int], rank: Int, receivedStart: Int) {
        let slices = Self.slices(of: bucket, worldSize: nodeCounts.count)
        let (own, nodeCount) = (slices[rank].count, nodeCounts[rank])
        self.slices = slices
        partialSumStarts = slices.map { $0.lowerBound * nodeCount }
        receivedStarts = (0..<nodeCounts.reduce(0, +)).map { receivedStart + $0 * own }
        // What a rank has for itself stays where it is.
        sent = BlockLayout(
            slices.indices.map { other in
                let start = slices[other].lowerBound * nodeCount
                return start..<start + (other == rank ? 0 : slices[other].count * nodeCount)
            }
        )
        var end = receivedStart
        received = BlockLayout(
            nodeCounts.indices.map { other in
                let start = end
                end += nodeCounts[other] * own
                return start..<(other == rank ? start : end)
            }
        )
        gathered = BlockLayout(slices)
    }

    /// Shares a bucket out between the ranks, in whole cache lines as far as it goes.
    ///
    /// - Parameters:
    ///   - bucket: Positions in the gradient.
    ///   - worldSize: How many ranks there are.
    /// - Returns: Contiguous positions for each rank; empty for the last ranks where there are too few.
    static func slices(of bucket: Range<Int>, worldSize: Int) -> [Range<Int>] {
        let line = AlignedBuffer.alignedFloatCount
        return (0..<worldSize).map { rank in
            let part = evenPart(rank, of: worldSize, in: (bucket.count + line - 1) / line)
            let start = bucket.lowerBound + part.lowerBound * line
            return (start..<start + part.count * line).clamped(to: bucket)
        }
    }
}
