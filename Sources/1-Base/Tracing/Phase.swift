/// What a rank or a thread of it is doing: traces draw it, `bench` lists it, and a failure names it.
///
/// The raw values travel between ranks.
public enum Phase: UInt8, Sendable, CaseIterable, CustomStringConvertible {
    /// Before the first step: comparing configurations, reading data, receiving parameters.
    case starting
    /// The steps and what is between them, such as records.
    case training
    /// A training step, with all that follows.
    case step
    /// Digesting the replica, by which ranks find out that theirs differ.
    case comparingReplicas
    /// Bringing weights into the form in which the kernels want them.
    case packingWeights
    /// The gradients of this rank's shards, with all that follows.
    case computing
    /// Reading, normalizing and augmenting samples.
    case data
    /// A layer's forward pass.
    case forward
    /// The loss and its gradient.
    case loss
    /// A layer's backward pass.
    case backward
    /// Reduction of what is ready, while other work goes on.
    case reducing
    /// The first thread's wait for the others' shards.
    case waitingForThreads
    /// The rest of the reduction, and the wait for it.
    case waitingForRanks
    /// The optimizer.
    case updating
    /// Running over the test set.
    case evaluating
    /// Comparing replicas, and handing a checkpoint over to its writer.
    case checkpointing
    /// After the last step.
    case finishing

    /// As traces, tables and messages say it: `waiting for ranks`.
    public var description: String {
        switch self {
        case .starting: "starting"
        case .training: "training"
        case .step: "step"
        case .comparingReplicas: "comparing replicas"
        case .packingWeights: "packing weights"
        case .computing: "computing"
        case .data: "data"
        case .forward: "forward"
        case .loss: "loss"
        case .backward: "backward"
        case .reducing: "reducing"
        case .waitingForThreads: "waiting for threads"
        case .waitingForRanks: "waiting for ranks"
        case .updating: "updating"
        case .evaluating: "evaluating"
        case .checkpointing: "checkpointing"
        case .finishing: "finishing"
        }
    }

    /// The phases of a step, in the order in which tables list them.
    public static let ofStep: [Phase] = [
        .data, .packingWeights, .forward, .loss, .backward, .reducing, .computing, .waitingForThreads, .waitingForRanks,
        .updating, .comparingReplicas, .step,
    ]
}
