import Foundation
import Synchronization
import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct ThreadTeamTests {
    @Test(arguments: [1, 2, 3, 8])
    func everyMemberRunsOnceAndAllHaveFinishedOnReturn(size: Int) {
        let team = ThreadTeam(size: size)
        for _ in 0..<200 {
            let calls = Mutex(Array(repeating: 0, count: size))
            team.run { member in calls.withLock { $0[member] += 1 } }
            #expect(calls.withLock { $0 } == Array(repeating: 1, count: size))
        }
    }

    @Test func theCallerIsMemberZero() {
        let caller = currentThread
        let threads = Mutex<[Int: UInt]>([:])
        ThreadTeam(size: 3).run { member in threads.withLock { $0[member] = currentThread } }
        let found = threads.withLock { $0 }
        #expect(found[0] == caller)
        #expect(Set(found.values).count == 3)
    }

    @Test func theWorkIsReleasedAfterwards() {
        let team = ThreadTeam(size: 2)
        weak var held: Box?
        do {
            let box = Box()
            held = box
            team.run { _ in _ = box.value }
        }
        #expect(held == nil)
    }

    private final class Box: Sendable {
        let value = 1
    }

    private var currentThread: UInt { UInt(bitPattern: Int(pthread_self())) }
}
