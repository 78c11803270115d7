/// The ranks of a run, and their collective operations.
///
/// A communicator is used by one thread at a time, the one that created it. A wait that exceeds `timeout` throws an
/// error that says which ranks are missing. After any error the run can only end.
package protocol Communicator: AnyObject, Sendable {
    /// The number of this process, from 0.
    var rank: Int { get }
    /// The number of ranks.
    var worldSize: Int { get }
    /// The host of each rank, by rank.
    var hostNames: [String] { get }
    /// The ranks on this rank's machine.
    var node: NodePlacement { get }
    /// The longest time to wait; 60 s by default.
    var timeout: Duration { get set }
    /// What this rank is doing.
    ///
    /// Setting it is cheap; the others see it when a rank stops answering.
    var status: RankStatus { get set }

    /// Starts sending the root's bytes to all ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - buffer: The root's bytes, which the others receive; of the same length on all ranks.
    ///   - root: The rank that sends.
    /// - Returns: The pending collective, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startBroadcast(
        _ buffer: UnsafeMutableRawBufferPointer,
        from root: Int
    ) throws(CollectiveError) -> PendingCollective

    /// Starts sending every rank's bytes to all ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - local: This rank's bytes; the same number on every rank.
    ///   - all: Receives all ranks' bytes in the order of ranks, `worldSize` times as many.
    /// - Returns: The pending collective, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startAllGather(
        _ local: UnsafeRawBufferPointer,
        into all: UnsafeMutableRawBufferPointer
    ) throws(CollectiveError) -> PendingCollective

    /// Starts a barrier, which is complete as soon as every rank has started it.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Returns: The pending collective, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startBarrier() throws(CollectiveError) -> PendingCollective

    /// Starts sending one block to each rank and receiving one from each.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - source: The blocks to send, laid out by `sourceLayout` in the order of the receiving ranks.
    ///   - sourceLayout: Their layout; the caller keeps it alive until the operation is complete.
    ///   - destination: Receives the blocks, laid out by `destinationLayout` in the order of the sending ranks.
    ///   - destinationLayout: Their layout; the caller keeps it alive until the operation is complete.
    /// - Returns: The pending collective, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startAllToAll(
        _ source: UnsafePointer<Float>,
        _ sourceLayout: BlockLayout,
        into destination: UnsafeMutablePointer<Float>,
        _ destinationLayout: BlockLayout
    ) throws(CollectiveError) -> PendingCollective

    /// Starts sending each rank's block to all ranks, in place.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - buffer: Contains this rank's block at its place in `layout`, and receives the other blocks.
    ///   - layout: The layout, equal on every rank; the caller keeps it alive until the operation is complete.
    /// - Returns: The pending collective, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startAllGatherBlocks(
        _ buffer: UnsafeMutablePointer<Float>,
        _ layout: BlockLayout
    ) throws(CollectiveError) -> PendingCollective

    /// Starts summing a buffer over the ranks, in place.
    ///
    /// The order of additions depends on the number of ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter buffer: This rank's addend; receives the sum.
    /// - Returns: The pending collective, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startAllReduceSum(_ buffer: UnsafeMutableBufferPointer<Float>) throws(CollectiveError) -> PendingCollective

    /// Lets a collective make progress and tests whether it is complete.
    ///
    /// Never waits.
    ///
    /// - Parameter pending: A collective that was started.
    /// - Returns: Whether it is complete.
    /// - Throws: `CollectiveError`.
    func test(_ pending: inout PendingCollective) throws(CollectiveError) -> Bool

    /// Creates memory that all ranks of a node share, with one region for each rank.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter byteCount: The size of this rank's region.
    /// - Returns: All regions; nil on every rank if the ranks are on several nodes or there is no space.
    /// - Throws: `CollectiveError`.
    func makeSharedMemory(byteCount: Int) throws(CollectiveError) -> SharedMemory?

    /// Checks whether another rank has reached its deadline.
    ///
    /// Cheap; for long computations.
    ///
    /// - Returns: Whether a rank is asking for the others' statuses.
    /// - Throws: `CollectiveError`.
    func hearsAlarm() throws(CollectiveError) -> Bool

    /// Sends this rank's status to all ranks and collects their answers for up to two seconds.
    ///
    /// - Returns: Each rank's status; nil if it didn't answer.
    /// - Throws: `CollectiveError`.
    func exchangeStatuses() throws(CollectiveError) -> [RankStatus?]
}

extension Communicator {
    /// The host of this rank.
    package var hostName: String { hostNames[rank] }

    /// Counts the next collective and records it in `status`.
    package func beginCall(_ operation: CollectiveOperation) -> CollectiveCall {
        let call = CollectiveCall(operation: operation, sequence: status.lastCollective.sequence + 1)
        status.lastCollective = call
        return call
    }
}
