/// The ranks of one machine, which share its cores.
package struct NodePlacement: Equatable, Sendable {
    /// The number of ranks on this rank's machine.
    package let rankCount: Int
    /// The number of this rank among them, from 0.
    package let index: Int
    /// The cores that each rank of the machine may use, by the system's numbers.
    package let allowedCores: [[Int]]

    package init(index: Int, allowedCores: [[Int]]) {
        rankCount = allowedCores.count
        self.index = index
        self.allowedCores = allowedCores
    }
}
