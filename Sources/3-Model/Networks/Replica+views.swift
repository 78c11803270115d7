import Kernels
package import Tensors

extension Replica {
    /// Averages the logits over several views of some samples.
    ///
    /// - Parameters:
    ///   - batch: How many samples.
    ///   - weights: Each view's share of the mean; one that is 1 leaves the logits as they are.
    ///   - workspace: The thread's own.
    ///   - load: Writes a view of the samples, by its position, into the workspace's input.
    /// - Returns: The mean, `[N, K]`, in the workspace.
    package func logits(
        batch: Int,
        weights: [Float],
        workspace: ShardWorkspace,
        load: (Int) -> Void
    ) -> TensorSlice {
        load(0)
        let found = logits(batch: batch, workspace: workspace)
        guard weights.count > 1 else { return found }
        // Evaluation has no other use for the gradient's room.
        let mean = workspace.logitGradient(batch: batch)
        Elementwise.multiply(found, by: weights[0], into: mean)
        for view in weights.indices.dropFirst() {
            load(view)
            logits(batch: batch, workspace: workspace)
            Elementwise.multiply(found, by: weights[view], into: found)
            Elementwise.add(found, to: mean)
        }
        found.copy(from: mean)
        return found
    }
}
