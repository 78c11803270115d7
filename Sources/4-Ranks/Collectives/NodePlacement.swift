/// Which of the ranks share a machine, so that they can share out its cores.
public struct NodePlacement: Equatable, Sendable {
    /// How many ranks run on this rank's machine.
    public let rankCount: Int
    /// This rank among them, from 0.
    public let index: Int
    /// The cores that each rank of the machine may use, by the system's numbers.
    package let allowedCores: [[Int]]

    package init(index: Int, allowedCores: [[Int]]) {
        rankCount = allowedCores.count
        self.index = index
        self.allowedCores = allowedCores
    }
}
