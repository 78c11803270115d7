import GradientReduction
import Testing

@Suite(.timeLimit(.minutes(10))) struct ReductionTreeTests {
    @Test(arguments: [
        (0..<8, 0..<4, 4..<8), (0..<7, 0..<4, 4..<7), (4..<7, 4..<6, 6..<7), (0..<5, 0..<4, 4..<5),
        (0..<2, 0..<1, 1..<2), (0..<3, 0..<2, 2..<3),
    ])
    func nodesSplitAtTheLargestPowerOfTwoBelowTheirSize(node: Range<Int>, left: Range<Int>, right: Range<Int>) {
        let children = ReductionTree(leafCount: 8).children(of: node)
        #expect(children?.left == left)
        #expect(children?.right == right)
    }

    @Test(arguments: [
        (0..<8, [0..<8]), (0..<3, [0..<2, 2..<3]), (3..<6, [3..<4, 4..<6]), (6..<8, [6..<8]),
        (1..<7, [1..<2, 2..<4, 4..<6, 6..<7]),
    ])
    func ranksSumUpToTheirLargestCompleteNodes(shards: Range<Int>, expected: [Range<Int>]) {
        #expect(ReductionTree(leafCount: 8).completeNodes(within: shards) == expected)
    }

    @Test func completeNodesCoverShardsOnce() {
        for leafCount in 1...20 {
            let tree = ReductionTree(leafCount: leafCount)
            for start in 0..<leafCount {
                for end in start + 1...leafCount {
                    #expect(tree.completeNodes(within: start..<end).flatMap(Array.init) == Array(start..<end))
                }
            }
        }
    }
}
