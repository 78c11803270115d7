import Foundation
import Processes

/// The only rank of a run without MPI: every collective is complete when it starts.
public final class SoloCommunicator: Communicator, @unchecked Sendable {
    /// The machine's name.
    public let hostNames = [ProcessInfo.processInfo.hostName]
    /// Not used: nothing waits.
    public var timeout = Duration.seconds(60)
    /// What the run is doing.
    public var status = RankStatus()

    /// A world of one rank.
    public init() {}
}

// Documented at the protocol.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension SoloCommunicator {
    public var rank: Int { 0 }
    public var worldSize: Int { 1 }
    public var node: NodePlacement { NodePlacement(index: 0, allowedCores: [ProcessorCores.allowed]) }

    public func startBroadcast(_ buffer: UnsafeMutableRawBufferPointer, from root: Int) -> PendingCollective {
        complete(.broadcast)
    }

    public func startAllGather(
        _ local: UnsafeRawBufferPointer,
        into all: UnsafeMutableRawBufferPointer
    ) -> PendingCollective {
        all.copyMemory(from: local)
        return complete(.allGather)
    }

    public func startBarrier() -> PendingCollective { complete(.barrier) }

    public func startAllToAll(
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

    public func startAllGatherBlocks(_ buffer: UnsafeMutablePointer<Float>, _ layout: BlockLayout) -> PendingCollective
    {
        complete(.allGatherBlocks)
    }

    public func startAllReduceSum(_ buffer: UnsafeMutableBufferPointer<Float>) -> PendingCollective {
        complete(.allReduceSum)
    }

    public func test(_ pending: inout PendingCollective) -> Bool { true }

    public func makeSharedMemory(byteCount: Int) -> SharedMemory? {
        _ = complete(.makeSharedMemory)
        return .allocate(byteCounts: [byteCount])
    }

    public func hearsAlarm() -> Bool { false }

    public func exchangeStatuses() -> [RankStatus?] { [status] }

    private func complete(_ operation: CollectiveOperation) -> PendingCollective {
        var pending = PendingCollective(call: beginCall(operation))
        pending.isComplete = true
        return pending
    }
}
