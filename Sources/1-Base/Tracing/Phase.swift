/// What a rank or one of its threads is doing: the name of a span in traces and `bench`, and part of failure messages.
///
/// The raw values travel between ranks.
package enum Phase: UInt8, Sendable, CaseIterable, CustomStringConvertible {
    /// Before the first step: comparing configurations, reading data, receiving parameters.
    case starting
    /// The steps and what happens between them, such as writing records.
    case training
    /// A training step with everything it includes.
    case step
    /// Computing the replica's digest, which shows whether the ranks' replicas are equal.
    case comparingReplicas
    /// Converting weights to the layout that the kernels need.
    case packingWeights
    /// Computing the gradients of this rank's shards, with everything that includes.
    case computing
    /// Reading, normalizing and augmenting samples.
    case data
    /// A layer's forward pass.
    case forward
    /// The loss and its gradient.
    case loss
    /// A layer's backward pass.
    case backward
    /// Reducing the gradients that are ready, while others are being computed.
    case reducing
    /// The first thread's wait for the other threads' shards.
    case waitingForThreads
    /// The rest of the reduction, including the wait for other ranks.
    case waitingForRanks
    /// The optimizer's update.
    case updating
    /// Evaluation on the test set.
    case evaluating
    /// Comparing replicas, and handing a checkpoint to its writer.
    case checkpointing
    /// After the last step.
    case finishing

    /// The name in traces, tables and messages, such as `waiting for ranks`.
    package var description: String {
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
    package static let ofStep: [Phase] = [
        .data, .packingWeights, .forward, .loss, .backward, .reducing, .computing, .waitingForThreads, .waitingForRanks,
        .updating, .comparingReplicas, .step,
    ]
}
