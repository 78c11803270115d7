/// The fixed binary tree in which the shards' gradients are added.
///
/// A node over several shards splits them at the largest power of two below their number. Addition of floats is not
/// associative; this order, the same for any number of ranks, is what makes the sum the same.
public struct ReductionTree: Equatable, Sendable {
    /// How many shards are added.
    public let leafCount: Int

    /// - Parameter leafCount: How many shards are added, 1 or more.
    public init(leafCount: Int) {
        precondition(leafCount > 0, "ReductionTree: \(leafCount) leaves found, 1 or more needed")
        self.leafCount = leafCount
    }

    /// The two parts of a node; nil for a leaf.
    ///
    /// - Parameter node: The shards below a node.
    /// - Returns: The shards below its left and its right child.
    public func children(of node: Range<Int>) -> (left: Range<Int>, right: Range<Int>)? {
        guard node.count > 1 else { return nil }
        let powerOfTwo = 1 << (Int.bitWidth - 1 - (node.count - 1).leadingZeroBitCount)
        let middle = node.lowerBound + powerOfTwo
        return (node.lowerBound..<middle, middle..<node.upperBound)
    }

    /// The largest nodes that lie within some contiguous shards: what a rank that owns those can add by itself.
    ///
    /// - Parameter shards: Contiguous shards.
    /// - Returns: Nodes in shard order that cover `shards`.
    public func completeNodes(within shards: Range<Int>) -> [Range<Int>] {
        completeNodes(within: shards, below: 0..<leafCount)
    }

    private func completeNodes(within shards: Range<Int>, below node: Range<Int>) -> [Range<Int>] {
        if node.clamped(to: shards) == node { return [node] }
        guard node.overlaps(shards), let (left, right) = children(of: node) else { return [] }
        return completeNodes(within: shards, below: left) + completeNodes(within: shards, below: right)
    }
}
