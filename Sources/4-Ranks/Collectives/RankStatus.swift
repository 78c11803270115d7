package import Tracing

/// The collective operations.
package enum CollectiveOperation: UInt8, Sendable {
    /// There was none so far.
    case none
    /// All ranks receive one rank's bytes.
    case broadcast
    /// All ranks receive every rank's bytes.
    case allGather
    /// Every rank waits until all have called it.
    case barrier
    /// Each rank sends a different block to every other.
    case allToAll
    /// All ranks receive every rank's block; blocks differ in length.
    case allGatherBlocks
    /// All ranks receive the sum over ranks, in an order chosen by MPI.
    case allReduceSum
    /// The ranks of one node create shared memory.
    case makeSharedMemory
    /// The ranks of one node add gradients in shared memory.
    case sharedMemorySum
}

/// A call of a collective: the operation, and the number of the call.
package struct CollectiveCall: Equatable, Sendable, CustomStringConvertible {
    /// What was called.
    package let operation: CollectiveOperation
    /// The number of the call, from 1; 0 for none.
    ///
    /// Equal on all ranks, since all make the same calls in the same order.
    package let sequence: UInt64

    package init(operation: CollectiveOperation, sequence: UInt64) {
        self.operation = operation
        self.sequence = sequence
    }

    /// For example `allReduceSum #412`.
    package var description: String { operation == .none ? "no collective" : "\(operation) #\(sequence)" }
}

/// What a rank is doing, which it tells the others when one of them stops answering.
///
/// It consists of a few machine words without references, so that it can be sent as it is in memory, and set at no
/// cost.
package struct RankStatus: Equatable, Sendable, CustomStringConvertible {
    /// The training step, from 0.
    package var step: UInt64 = 0
    /// The first step of this start of the run; a later first step than before shows that the previous start made
    /// progress.
    package var firstStep: UInt64 = 0
    /// What the rank is doing in that step.
    package var phase: Phase = .starting
    /// The rank's last collective.
    ///
    /// Set by the communicator.
    package var lastCollective = CollectiveCall(operation: .none, sequence: 0)

    /// The status of a rank that has just started.
    package init() {}

    /// For example `step 37, computing, last collective allToAll #412`.
    package var description: String { "step \(step), \(phase), last collective \(lastCollective)" }
}
