/// A collective that was started; its communicator completes it.
///
/// The buffers passed at the start must not be used until it is complete.
package struct PendingCollective: @unchecked Sendable {
    /// The operation and its number.
    package let call: CollectiveCall
    /// Whether the collective is complete on this rank.
    package var isComplete = false
    /// MPI's request; nil for other communicators.
    package var request: OpaquePointer?

    package init(call: CollectiveCall) {
        self.call = call
    }
}
