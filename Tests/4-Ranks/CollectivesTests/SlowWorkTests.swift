import Collectives
import Foundation
import RankSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SlowWorkTests {
    private struct Failure: Error {}

    @Test(arguments: [1, 2, 3])
    func workMayTakeLongerThanTheTimeout(ranks: Int) throws {
        let results = ThreadCommunicator.run(worldSize: ranks) { communicator in
            communicator.timeout = .milliseconds(80)
            let onLast = try communicator.keepingInTouch(onRank: ranks - 1) {
                Thread.sleep(forTimeInterval: 0.4)
                return 7
            }
            let onAll = try communicator.keepingInTouch {
                Thread.sleep(forTimeInterval: communicator.rank == 0 ? 0.4 : 0)
                return communicator.rank
            }
            return (onLast, onAll)
        }
        for (rank, result) in results.enumerated() {
            let (onLast, onAll) = try result.get()
            #expect(onLast == (rank == ranks - 1 ? 7 : nil))
            #expect(onAll == rank)
        }
    }

    @Test func aDeadRankIsNoticedWhileAnotherOneWorks() {
        let results = ThreadCommunicator.run(worldSize: 3) { communicator in
            communicator.timeout = .milliseconds(80)
            guard communicator.rank < 2 else { return }
            try communicator.keepingInTouch(onRank: 0) { Thread.sleep(forTimeInterval: 5) }
        }
        for result in results.prefix(2) {
            #expect {
                try result.get()
            } throws: { error in
                guard case CollectiveError.timedOut(let timeout) = error else { return false }
                return timeout.missingRanks == [2]
            }
        }
    }

    /// The other rank's work ends only once the error has been thrown, or after a time in which it should have been.
    @Test func anErrorIsThrownWhileOtherRanksStillWorkAndTheyMissTheRank() {
        let isThrown = DispatchSemaphore(value: 0)
        let results = ThreadCommunicator.run(worldSize: 2) { communicator in
            communicator.timeout = .milliseconds(200)
            do {
                return try communicator.keepingInTouch {
                    guard communicator.rank == 1 else { throw Failure() }
                    return isThrown.wait(timeout: .now() + 20) == .success
                }
            } catch {
                isThrown.signal()
                throw error
            }
        }
        #expect(throws: Failure.self) { try results[0].get() }
        #expect {
            try results[1].get()
        } throws: { error in
            guard case CollectiveError.timedOut(let timeout) = error else { return false }
            return timeout.missingRanks == [0]
        }
    }
}
