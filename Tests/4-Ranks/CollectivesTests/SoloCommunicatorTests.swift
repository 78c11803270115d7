import Collectives
import Testing

@Suite(.timeLimit(.minutes(10))) struct SoloCommunicatorTests {
    @Test func aSingleRankIsTheWholeWorld() throws {
        let solo = SoloCommunicator()
        #expect(solo.worldSize == 1)
        #expect(solo.node.rankCount == 1)
        #expect(try solo.allGather(7) == [7])
        #expect(try solo.broadcast([1, 2, 3], from: 0) == [1, 2, 3])
        try solo.barrier()
    }

    @Test func callsAreCounted() throws {
        let solo = SoloCommunicator()
        try solo.barrier()
        _ = try solo.allGather(1)
        #expect(solo.status.lastCollective.description == "allGather #2")
    }

    @Test func sharedMemoryIsItsOwnMemory() throws {
        let memory = try #require(SoloCommunicator().makeSharedMemory(byteCount: 100))
        #expect(memory.regions.map(\.count) == [100])
        #expect(memory.regions[0].allSatisfy { $0 == 0 })
    }
}
