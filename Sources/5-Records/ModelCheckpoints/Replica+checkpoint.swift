import Checkpoints
package import Networks
import Optimizers

extension Replica {
    /// Restores weights and running statistics from a checkpoint.
    ///
    /// - Parameters:
    ///   - checkpoint: A run folder, a checkpoint folder or a file of weights, of the same network.
    ///   - notice: Called for newer checkpoints in a run folder that were skipped; by default ignored.
    /// - Returns: The checkpoint folder, or the file of weights, that was read.
    /// - Throws: `CheckpointError` with the first tensor that differs.
    @discardableResult
    package func restore(from checkpoint: String, notice: (String) -> Void = { _ in }) throws -> String {
        let optimizer = Optimizer(rule: .sgd(momentum: 0, isNesterov: false, weightDecay: 0), elementCount: 0)
        let loaded = try CheckpointStore.load(checkpoint) { notice("checkpoint \($0) is passed over: \($1)") }
        try CheckpointContents(replica: self, optimizer: optimizer).restoreModel(from: loaded)
        return loaded.path
    }
}
