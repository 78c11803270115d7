/// The fixed binary tree in which the shards' gradients are added.
///
/// A node over several shards splits them at the largest power of two below their number. Addition of floats isn't
/// associative; the sum is always the same because this order doesn't depend on the number of ranks.
package struct ReductionTree: Equatable, Sendable {
    /// The number of shards.
    package let leafCount: Int

    /// - Parameter leafCount: The number of shards, at least 1.
    package init(leafCount: Int) {
        precondition(leafCount > 0, "ReductionTree: \(leafCount) leaves found, 1 or more needed")
        self.leafCount = leafCount
    }

    /// The two children of a node; nil for a leaf.
    ///
    /// - Parameter node: The shards of a node.
    /// - Returns: The shards of its left and of its right child.
    package func children(of node: Range<Int>) -> (left: Range<Int>, right: Range<Int>)? {
        guard node.count > 1 else { return nil }
        let powerOfTwo = 1 << (Int.bitWidth - 1 - (node.count - 1).leadingZeroBitCount)
        let middle = node.lowerBound + powerOfTwo
        return (node.lowerBound..<middle, middle..<node.upperBound)
    }

    /// The largest nodes within some contiguous shards, which a rank that has these shards can sum by itself.
    ///
    /// - Parameter shards: Contiguous shards.
    /// - Returns: Nodes that cover `shards`, in the order of shards.
    package func completeNodes(within shards: Range<Int>) -> [Range<Int>] {
        completeNodes(within: shards, below: 0..<leafCount)
    }

    private func completeNodes(within shards: Range<Int>, below node: Range<Int>) -> [Range<Int>] {
        if node.clamped(to: shards) == node { return [node] }
        guard node.overlaps(shards), let (left, right) = children(of: node) else { return [] }
        return completeNodes(within: shards, below: left) + completeNodes(within: shards, below: right)
    }
}
