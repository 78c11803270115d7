import Foundation
import Processes

/// The only rank of a run without MPI: every collective is complete when it starts.
package final class SoloCommunicator: Communicator, @unchecked Sendable {
    /// The machine's name.
    package let hostNames = [ProcessInfo.processInfo.hostName]
    /// Not used: nothing waits.
    package var timeout = Duration.seconds(60)
    /// What the run is doing.
    package var status = RankStatus()

    /// A world of one rank.
    package init() {}
}

// Documented at the protocol.
extension SoloCommunicator {
    package var rank: Int { 0 }
    package var worldSize: Int { 1 }
    package var node: NodePlacement { NodePlacement(index: 0, allowedCores: [ProcessorCores.allowed]) }

    package func startBroadcast(_ buffer: UnsafeMutableRawBufferPointer, from root: Int) -> PendingCollective {
        complete(.broadcast)
    }

    package func startAllGather(
        _ local: UnsafeRawBufferPointer,
        into all: UnsafeMutableRawBufferPointer
    ) -> PendingCollective {
        all.copyMemory(from: local)
        return complete(.allGather)
    }

    package func startBarrier() -> PendingCollective { complete(.barrier) }

    package func startAllToAll(
        _ source: UnsafePointer<Float>,
        _ sourceLayout: BlockLayout,
        into destination: UnsafeMutablePointer<Float>,
        _ destinationLayout: BlockLayout
    ) -> PendingCollective {
        let (from, to) = (sourceLayout.block(ofRank: 0), destinationLayout.block(ofRank: 0))
        precondition(from.count == to.count, "allToAll: \(from.count) floats sent, \(to.count) expected")
        (destination + to.lowerBound).update(from: source + from.lowerBound, count: to.count)
        return complete(.allToAll)
    }

    package func startAllGatherBlocks(_ buffer: UnsafeMutablePointer<Float>, _ layout: BlockLayout) -> PendingCollective
    {
        complete(.allGatherBlocks)
    }

    package func startAllReduceSum(_ buffer: UnsafeMutableBufferPointer<Float>) -> PendingCollective {
        complete(.allReduceSum)
    }

    package func test(_ pending: inout PendingCollective) -> Bool { true }

    package func makeSharedMemory(byteCount: Int) -> SharedMemory? {
        _ = complete(.makeSharedMemory)
        return .allocate(byteCounts: [byteCount])
    }

    package func hearsAlarm() -> Bool { false }

    package func exchangeStatuses() -> [RankStatus?] { [status] }

    private func complete(_ operation: CollectiveOperation) -> PendingCollective {
        var pending = PendingCollective(call: beginCall(operation))
        pending.isComplete = true
        return pending
    }
}
