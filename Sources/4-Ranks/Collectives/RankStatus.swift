/// What a rank is doing, for the report that a deadline writes.
public enum RunPhase: UInt8, Sendable {
    /// Before the first step: comparing configurations, receiving parameters.
    case starting
    /// Reading samples, computing activations, loss and gradients.
    case computing
    /// Waiting for the sum of all gradients.
    case reducing
    /// Applying the optimizer.
    case updating
    /// Running over the test set.
    case evaluating
    /// Copying or writing a checkpoint.
    case checkpointing
    /// After the last step.
    case finishing
}

/// The operations in which all ranks take part.
public enum CollectiveOperation: UInt8, Sendable {
    /// None was called yet.
    case none
    /// All ranks receive one rank's bytes.
    case broadcast
    /// All ranks receive everyone's bytes.
    case allGather
    /// No rank goes on before all have come.
    case barrier
    /// Each rank sends a different block to every other.
    case allToAll
    /// All ranks receive everyone's block; blocks differ in length.
    case allGatherBlocks
    /// All ranks receive the sum over ranks, in an order that MPI chooses.
    case allReduceSum
    /// Memory that the ranks of one node share is laid out.
    case makeSharedMemory
    /// The ranks of one node add gradients in the memory they share.
    case sharedMemorySum
}

/// One call of a collective: the operation and how many calls this rank had made when it made this one.
public struct CollectiveCall: Equatable, Sendable, CustomStringConvertible {
    /// What was called.
    public let operation: CollectiveOperation
    /// The number of the call, from 1; 0 for none.
    ///
    /// Equal on all ranks, since all make the same calls in the same order.
    public let sequence: UInt64

    package init(operation: CollectiveOperation, sequence: UInt64) {
        self.operation = operation
        self.sequence = sequence
    }

    /// For example `allReduceSum #412`.
    public var description: String { operation == .none ? "no collective" : "\(operation) #\(sequence)" }
}

/// Where a rank stands: it tells the others when one of them stops answering.
///
/// A few machine words without references, so that it can be sent as it lies in memory, and set at no cost.
public struct RankStatus: Equatable, Sendable, CustomStringConvertible {
    /// The training step, from 0.
    public var step: UInt64 = 0
    /// The step that this start of the run began with: later ones show that a start before has got somewhere.
    public var firstStep: UInt64 = 0
    /// What the rank does in that step.
    public var phase: RunPhase = .starting
    /// The newest collective the rank called.
    ///
    /// The communicator keeps it.
    public package(set) var lastCollective = CollectiveCall(operation: .none, sequence: 0)

    /// The state of a rank that has just started.
    public init() {}

    /// For example `step 37, computing, last collective allToAll #412`.
    public var description: String { "step \(step), \(phase), last collective \(lastCollective)" }
}
