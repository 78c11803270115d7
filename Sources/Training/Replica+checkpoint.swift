import Checkpoints
public import Networks
import Optimizers

extension Replica {
    /// Takes over a checkpoint's weights and running statistics.
    ///
    /// - Parameter checkpoint: A run folder, a checkpoint folder or a file of weights, of the same network.
    /// - Throws: `CheckpointError`, which names the first tensor that differs.
    public func restore(from checkpoint: String) throws {
        let optimizer = Optimizer(rule: .sgd(momentum: 0, isNesterov: false, weightDecay: 0), elementCount: 0)
        try CheckpointContents(replica: self, optimizer: optimizer)
            .restoreModel(from: CheckpointStore.load(checkpoint))
    }
}
