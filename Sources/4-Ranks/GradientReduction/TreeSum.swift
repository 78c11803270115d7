import Tensors

/// The additions that compute a node of a `ReductionTree` from nodes below it.
///
/// All inputs are read in one pass, block by block, with partial sums that stay in the first-level cache.
final class TreeSum {
    /// The start of each input.
    typealias Inputs = UnsafeMutableBufferPointer<UnsafeMutablePointer<Float>>

    /// Floats in a block: eight inputs and their partial sums take half of a 48 KiB cache.
    private static let blockSize = 512

    /// One addition of two operands, or of two sums of two operands each.
    ///
    /// Operands below `inputCount` are inputs, the others blocks of `scratch`.
    private struct Step {
        var operands: (Int, Int, Int, Int)
        var isQuad: Bool
        var target: Int
    }

    private let inputCount: Int
    /// The operand with the sum; an input if there is nothing to add.
    private let result: Int
    private let steps: [Step]
    private let scratch: AlignedBuffer

    /// - Parameters:
    ///   - tree: The tree.
    ///   - root: The node to compute.
    ///   - inputs: Nodes that cover it, in the order of shards.
    init(_ tree: ReductionTree, root: Range<Int>, inputs: [Range<Int>]) {
        var steps: [Step] = []
        /// Plans the sum of a node into block `target`; partial sums use the blocks after it.
        func operand(_ node: Range<Int>, target: Int) -> Int {
            if let input = inputs.firstIndex(of: node) { return input }
            let nodes = Self.operands(of: node, tree, inputs)
            let operands = nodes.enumerated().map { operand($1, target: target + 1 + $0) }
            steps.append(
                Step(
                    operands: (operands[0], operands[1], operands[nodes.count - 2], operands[nodes.count - 1]),
                    isQuad: nodes.count == 4,
                    target: target
                )
            )
            return target
        }
        result = operand(root, target: inputs.count)
        inputCount = inputs.count
        self.steps = steps
        let blockCount = (steps.map(\.target).max() ?? inputCount) - inputCount + 1
        scratch = AlignedBuffer(count: blockCount * Self.blockSize)
    }

    /// The two children of a node, or its four grandchildren if the level between can be skipped.
    private static func operands(of node: Range<Int>, _ tree: ReductionTree, _ inputs: [Range<Int>]) -> [Range<Int>] {
        func height(_ node: Range<Int>) -> Int {
            guard !inputs.contains(node), let (left, right) = tree.children(of: node) else { return 0 }
            return 1 + max(height(left), height(right))
        }
        guard let (left, right) = tree.children(of: node) else {
            preconditionFailure("TreeSum: shard \(node.lowerBound) found in no input")
        }
        guard height(node).isMultiple(of: 2), height(left) > 0, height(right) > 0,
            let (a, b) = tree.children(of: left), let (c, d) = tree.children(of: right)
        else { return [left, right] }
        return [a, b, c, d]
    }

    /// Computes the sums.
    ///
    /// - Parameters:
    ///   - inputs: The start of each input.
    ///   - range: The floats to add.
    ///   - output: Receives the sums.
    func add(_ inputs: Inputs, _ range: Range<Int>, into output: UnsafeMutablePointer<Float>) {
        guard let last = steps.indices.last else {
            output.update(from: inputs[result] + range.lowerBound, count: range.count)
            return
        }
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.blockSize) {
            let count = min(Self.blockSize, range.upperBound - start)
            for (index, step) in steps.enumerated() {
                let target = index == last ? output + (start - range.lowerBound) : block(step.target, inputs, start)
                let (a, b) = (block(step.operands.0, inputs, start), block(step.operands.1, inputs, start))
                if step.isQuad {
                    let (c, d) = (block(step.operands.2, inputs, start), block(step.operands.3, inputs, start))
                    for i in 0..<count { target[i] = (a[i] + b[i]) + (c[i] + d[i]) }
                } else {
                    for i in 0..<count { target[i] = a[i] + b[i] }
                }
            }
        }
    }

    private func block(_ operand: Int, _ inputs: Inputs, _ start: Int) -> UnsafeMutablePointer<Float> {
        operand < inputCount
            ? inputs[operand] + start : scratch.slice.base + (operand - inputCount) * Self.blockSize
    }
}
