/// Which of the ranks share a machine, so that they can share out its cores.
public struct NodePlacement: Equatable, Sendable {
    /// How many ranks run on this rank's machine.
    public let rankCount: Int
    /// This rank among them, from 0.
    public let index: Int

    package init(rankCount: Int, index: Int) {
        self.rankCount = rankCount
        self.index = index
    }
}
