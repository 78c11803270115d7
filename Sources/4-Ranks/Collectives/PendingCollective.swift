/// A collective that was started and is not yet waited for: the communicator that gave it completes it.
///
/// The buffers passed at the start belong to the collective until it is complete.
public struct PendingCollective: @unchecked Sendable {
    /// The operation and its number.
    public let call: CollectiveCall
    /// Whether the collective is complete on this rank.
    package var isComplete = false
    /// MPI's request, where MPI does the work.
    package var request: OpaquePointer?

    package init(call: CollectiveCall) {
        self.call = call
    }
}
