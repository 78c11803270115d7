/// The place of each rank's block of floats in a buffer, for collectives with blocks of different lengths.
package final class BlockLayout: @unchecked Sendable {
    /// Floats in each rank's block, by rank.
    package let counts: UnsafeMutableBufferPointer<Int32>
    /// The start of each rank's block, in floats from the start of the buffer.
    package let offsets: UnsafeMutableBufferPointer<Int32>

    /// - Parameter blocks: The positions of each rank's block, by rank.
    package init(_ blocks: [Range<Int>]) {
        let end = blocks.map(\.upperBound).max() ?? 0
        precondition(end <= Int(Int32.max), "BlockLayout: \(end) floats found, MPI counts at most \(Int32.max)")
        counts = .allocate(capacity: blocks.count)
        offsets = .allocate(capacity: blocks.count)
        _ = counts.initialize(fromContentsOf: blocks.map { Int32($0.count) })
        _ = offsets.initialize(fromContentsOf: blocks.map { Int32($0.lowerBound) })
    }

    deinit {
        counts.deallocate()
        offsets.deallocate()
    }

    /// The positions of a rank's block.
    ///
    /// - Parameter rank: A rank.
    /// - Returns: Positions in the buffer, in floats.
    package func block(ofRank rank: Int) -> Range<Int> {
        Int(offsets[rank])..<Int(offsets[rank]) + Int(counts[rank])
    }
}
