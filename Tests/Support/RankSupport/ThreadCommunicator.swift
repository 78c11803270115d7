package import Collectives
import Foundation
import Processes

/// One of several ranks that are threads of this process, with the same rules as MPI.
package final class ThreadCommunicator: Communicator, @unchecked Sendable {
    /// The number of this thread.
    package let rank: Int
    /// The longest time to wait.
    package var timeout = Duration.seconds(60)
    /// What this rank is doing.
    package var status = RankStatus()
    private let world: ThreadWorld

    init(rank: Int, world: ThreadWorld) {
        self.rank = rank
        self.world = world
    }

    /// Runs a function on every rank of a new world, each on its own thread, and waits for all of them.
    ///
    /// - Parameters:
    ///   - worldSize: The number of ranks.
    ///   - body: The function.
    /// - Returns: Each rank's result or error, by rank.
    package static func run<Value: Sendable>(
        worldSize: Int,
        _ body: @escaping @Sendable (ThreadCommunicator) throws -> Value
    ) -> [Result<Value, any Error>] {
        let world = ThreadWorld(size: worldSize)
        let results = ResultBoard<Value>(count: worldSize)
        let ranks = (0..<worldSize).map { rank in
            let thread = Thread {
                results.store(Result { try body(ThreadCommunicator(rank: rank, world: world)) }, at: rank)
            }
            thread.stackSize = 8 << 20
            return thread
        }
        for thread in ranks { thread.start() }
        return results.wait()
    }
}

// Documented at the protocol.
extension ThreadCommunicator {
    package var worldSize: Int { world.size }
    package var hostNames: [String] { Array(repeating: "thread", count: worldSize) }
    package var node: NodePlacement {
        NodePlacement(index: rank, allowedCores: Array(repeating: ProcessorCores.allowed, count: worldSize))
    }

    package func startBroadcast(_ buffer: UnsafeMutableRawBufferPointer, from root: Int) -> PendingCollective {
        start(.broadcast) { ranks in
            let sent = UnsafeRawBufferPointer(ranks[root].received)
            for (rank, other) in ranks.enumerated() where rank != root { other.received.copyMemory(from: sent) }
        } contribution: {
            Contribution(received: buffer)
        }
    }

    package func startAllGather(
        _ local: UnsafeRawBufferPointer,
        into all: UnsafeMutableRawBufferPointer
    ) -> PendingCollective {
        start(.allGather) { ranks in
            for receiver in ranks {
                for (rank, sender) in ranks.enumerated() {
                    let place = receiver.received[rank * sender.sent.count..<(rank + 1) * sender.sent.count]
                    UnsafeMutableRawBufferPointer(rebasing: place).copyMemory(from: sender.sent)
                }
            }
        } contribution: {
            Contribution(sent: local, received: all)
        }
    }

    package func startBarrier() -> PendingCollective {
        start(.barrier) { _ in
        } contribution: {
            Contribution()
        }
    }

    package func startAllToAll(
        _ source: UnsafePointer<Float>,
        _ sourceLayout: BlockLayout,
        into destination: UnsafeMutablePointer<Float>,
        _ destinationLayout: BlockLayout
    ) -> PendingCollective {
        start(.allToAll) { ranks in
            for (to, receiver) in ranks.enumerated() {
                for (from, sender) in ranks.enumerated() {
                    receiver.floats(ofBlock: from).update(from: sender.sentFloats(ofBlock: to))
                }
            }
        } contribution: {
            Contribution(
                sent: UnsafeRawBufferPointer(start: source, count: 0),
                sentLayout: sourceLayout,
                received: UnsafeMutableRawBufferPointer(start: destination, count: 0),
                receivedLayout: destinationLayout
            )
        }
    }

    package func startAllGatherBlocks(_ buffer: UnsafeMutablePointer<Float>, _ layout: BlockLayout) -> PendingCollective
    {
        start(.allGatherBlocks) { ranks in
            for (to, receiver) in ranks.enumerated() {
                for (from, sender) in ranks.enumerated() where from != to {
                    receiver.floats(ofBlock: from).update(from: sender.floats(ofBlock: from))
                }
            }
        } contribution: {
            Contribution(received: UnsafeMutableRawBufferPointer(start: buffer, count: 0), receivedLayout: layout)
        }
    }

    package func startAllReduceSum(_ buffer: UnsafeMutableBufferPointer<Float>) -> PendingCollective {
        start(.allReduceSum) { ranks in
            let addends = ranks.map { $0.received.assumingMemoryBound(to: Float.self) }
            for index in addends[0].indices {
                let sum = addends.reduce(0) { $0 + $1[index] }
                for addend in addends { addend[index] = sum }
            }
        } contribution: {
            Contribution(received: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    package func test(_ pending: inout PendingCollective) -> Bool {
        pending.isComplete = pending.isComplete || world.isComplete(pending.call)
        return pending.isComplete
    }

    package func makeSharedMemory(byteCount: Int) throws(CollectiveError) -> SharedMemory? {
        let sizes = try allGather(byteCount)
        let call = beginCall(.makeSharedMemory)
        let memory = world.sharedMemory(for: call) { .allocate(byteCounts: sizes) }
        try barrier()
        return memory
    }

    package func hearsAlarm() -> Bool { world.isAlarmed }

    package func exchangeStatuses() -> [RankStatus?] {
        world.exchange(status, ofRank: rank)
    }

    private func start(
        _ operation: CollectiveOperation,
        completion: @Sendable ([Contribution]) -> Void,
        contribution: () -> Contribution
    ) -> PendingCollective {
        let call = beginCall(operation)
        world.contribute(contribution(), ofRank: rank, to: call, completion: completion)
        return PendingCollective(call: call)
    }
}
