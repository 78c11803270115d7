import Checkpoints
package import Networks
import Optimizers

extension Replica {
    /// Takes over a checkpoint's weights and running statistics.
    ///
    /// - Parameters:
    ///   - checkpoint: A run folder, a checkpoint folder or a file of weights, of the same network.
    ///   - notice: Told of newer checkpoints in a run folder that were passed over; by default nobody is.
    /// - Throws: `CheckpointError`, which names the first tensor that differs.
    package func restore(from checkpoint: String, notice: (String) -> Void = { _ in }) throws {
        let optimizer = Optimizer(rule: .sgd(momentum: 0, isNesterov: false, weightDecay: 0), elementCount: 0)
        try CheckpointContents(replica: self, optimizer: optimizer)
            .restoreModel(
                from: CheckpointStore.load(checkpoint) { notice("checkpoint \($0) is passed over: \($1)") }
            )
    }
}
