import Collectives
import Tensors

/// The exchange of one bucket between ranks: which rank owns which slice, and where parts are in the buffers.
struct BucketExchange {
    /// The part of the gradient that each rank owns, by rank.
    let slices: [Range<Int>]
    /// The start of this rank's nodes in the buffer of partial sums, by the rank that owns the slice; the nodes of a
    /// slice are contiguous.
    let partialSumStarts: [Int]
    /// The start of the slice of each node of all ranks in the receive buffer, in the order of shards.
    let receivedStarts: [Int]
    /// The layout of the partial sums to send, of the received ones, and of each rank's slice of the sum.
    let sent, received, gathered: BlockLayout

    /// - Parameters:
    ///   - bucket: Positions in the gradient.
    ///   - nodeCounts: The number of complete nodes of each rank.
    ///   - rank: This rank.
    ///   - receivedStart: The start of the bucket in the receive buffer.
    init(_ bucket: Range<Int>, nodeCounts: [Int], rank: Int, receivedStart: Int) {
        let slices = Self.slices(of: bucket, worldSize: nodeCounts.count)
        let (own, nodeCount) = (slices[rank].count, nodeCounts[rank])
        self.slices = slices
        partialSumStarts = slices.map { $0.lowerBound * nodeCount }
        receivedStarts = (0..<nodeCounts.reduce(0, +)).map { receivedStart + $0 * own }
        // A rank doesn't send to itself.
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

    /// Divides a bucket between the ranks, in whole cache lines if possible.
    ///
    /// - Parameters:
    ///   - bucket: Positions in the gradient.
    ///   - worldSize: The number of ranks.
    /// - Returns: Contiguous positions for each rank; empty for the last ranks if there are too few.
    static func slices(of bucket: Range<Int>, worldSize: Int) -> [Range<Int>] {
        let line = AlignedBuffer.alignedFloatCount
        return (0..<worldSize).map { rank in
            let part = evenPart(rank, of: worldSize, in: (bucket.count + line - 1) / line)
            let start = bucket.lowerBound + part.lowerBound * line
            return (start..<start + part.count * line).clamped(to: bucket)
        }
    }
}
