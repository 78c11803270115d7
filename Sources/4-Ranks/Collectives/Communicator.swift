/// The ranks of one run, and the operations in which all of them take part.
///
/// A communicator is used by one thread at a time, the one that made it. Every operation that waits gives up after
/// `timeout` with an error that says who is missing; after any error the run can only end.
public protocol Communicator: AnyObject, Sendable {
    /// This process among the ranks, from 0.
    var rank: Int { get }
    /// How many ranks there are.
    var worldSize: Int { get }
    /// The host of each rank, by rank.
    var hostNames: [String] { get }
    /// The ranks that share this rank's machine.
    var node: NodePlacement { get }
    /// How long a wait may take; 60 s at first.
    var timeout: Duration { get set }
    /// Where this rank stands. Cheap to set; the others see it when one of them stops answering.
    var status: RankStatus { get set }

    /// Starts sending the root's bytes to all.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - buffer: What the root sends and the others receive; of one length on all ranks.
    ///   - root: The rank that sends.
    /// - Returns: The pending operation, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startBroadcast(
        _ buffer: UnsafeMutableRawBufferPointer,
        from root: Int
    ) throws(CollectiveError) -> PendingCollective

    /// Starts giving everyone's bytes to everyone.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - local: This rank's bytes; as many on every rank.
    ///   - all: Receives all ranks' bytes in rank order, `worldSize` times as many.
    /// - Returns: The pending operation, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startAllGather(
        _ local: UnsafeRawBufferPointer,
        into all: UnsafeMutableRawBufferPointer
    ) throws(CollectiveError) -> PendingCollective

    /// Starts a barrier: complete as soon as every rank has started it.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Returns: The pending operation, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startBarrier() throws(CollectiveError) -> PendingCollective

    /// Starts sending one block to each rank and receiving one from each.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - source: The blocks to send, laid out by `sourceLayout` (by the rank that receives).
    ///   - sourceLayout: Where they lie; kept alive by the caller until the operation is complete.
    ///   - destination: Receives the blocks, laid out by `destinationLayout` (by the rank that sends).
    ///   - destinationLayout: Where they come to lie; kept alive likewise.
    /// - Returns: The pending operation, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startAllToAll(
        _ source: UnsafePointer<Float>,
        _ sourceLayout: BlockLayout,
        into destination: UnsafeMutablePointer<Float>,
        _ destinationLayout: BlockLayout
    ) throws(CollectiveError) -> PendingCollective

    /// Starts giving each rank's block to everyone, in place.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - buffer: Holds this rank's block where `layout` puts it, and receives the others'.
    ///   - layout: Where the blocks lie, the same on every rank; kept alive by the caller until completion.
    /// - Returns: The pending operation, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startAllGatherBlocks(
        _ buffer: UnsafeMutablePointer<Float>,
        _ layout: BlockLayout
    ) throws(CollectiveError) -> PendingCollective

    /// Starts summing a buffer over the ranks, in place, in an order of additions that depends on their number.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter buffer: This rank's addend; receives the sum.
    /// - Returns: The pending operation, to be tested until it is complete.
    /// - Throws: `CollectiveError`.
    func startAllReduceSum(_ buffer: UnsafeMutableBufferPointer<Float>) throws(CollectiveError) -> PendingCollective

    /// Looks whether a started collective is complete, and lets it advance. Never waits.
    ///
    /// - Parameter pending: What a start gave; marked when complete.
    /// - Returns: Whether it is complete.
    /// - Throws: `CollectiveError`.
    func test(_ pending: inout PendingCollective) throws(CollectiveError) -> Bool

    /// Makes a region of memory that all ranks see, one for each.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter byteCount: The size of this rank's region.
    /// - Returns: All regions; nil on every rank when they are not all on one node or it has no room.
    /// - Throws: `CollectiveError`.
    func makeSharedMemory(byteCount: Int) throws(CollectiveError) -> SharedMemory?

    /// Takes note that another rank has reached its deadline. Cheap; call it during long computations.
    ///
    /// - Returns: Whether a rank asks where the others are.
    /// - Throws: `CollectiveError`.
    func hearsAlarm() throws(CollectiveError) -> Bool

    /// Tells all ranks where this one stands and collects their answers for up to two seconds.
    ///
    /// - Returns: Each rank's status, nil where no answer came.
    /// - Throws: `CollectiveError`.
    func exchangeStatuses() throws(CollectiveError) -> [RankStatus?]
}

extension Communicator {
    /// The host this rank runs on.
    public var hostName: String { hostNames[rank] }

    /// Numbers the next collective and notes it in `status`.
    package func beginCall(_ operation: CollectiveOperation) -> CollectiveCall {
        let call = CollectiveCall(operation: operation, sequence: status.lastCollective.sequence + 1)
        status.lastCollective = call
        return call
    }
}
