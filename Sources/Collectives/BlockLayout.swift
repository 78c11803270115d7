/// Where each rank's block of floats lies in a buffer, for the collectives whose blocks differ in length.
public final class BlockLayout: @unchecked Sendable {
    /// Floats in each rank's block, by rank.
    package let counts: UnsafeMutableBufferPointer<Int32>
    /// Where each rank's block starts, in floats from the start of the buffer.
    package let offsets: UnsafeMutableBufferPointer<Int32>

    /// Blocks one after the other, in rank order.
    ///
    /// - Parameters:
    ///   - counts: Floats in each rank's block.
    ///   - start: Where the first block starts, in floats; 0 by default.
    public init(counts: [Int], start: Int = 0) {
        precondition(
            start + counts.reduce(0, +) <= Int(Int32.max),
            "BlockLayout: \(start + counts.reduce(0, +)) floats found, MPI counts at most \(Int32.max)"
        )
        self.counts = .allocate(capacity: counts.count)
        offsets = .allocate(capacity: counts.count)
        var offset = start
        for (rank, count) in counts.enumerated() {
            self.counts.initializeElement(at: rank, to: Int32(count))
            offsets.initializeElement(at: rank, to: Int32(offset))
            offset += count
        }
    }

    deinit {
        counts.deallocate()
        offsets.deallocate()
    }

    /// The positions of a rank's block.
    ///
    /// - Parameter rank: A rank.
    /// - Returns: Positions in the buffer, in floats.
    public func block(ofRank rank: Int) -> Range<Int> {
        Int(offsets[rank])..<Int(offsets[rank]) + Int(counts[rank])
    }
}
