import Kernels
package import Tensors

extension Replica {
    /// Averages the logits over several views of a batch.
    ///
    /// - Parameters:
    ///   - batch: The number of samples.
    ///   - weights: Each view's weight in the mean; a weight of 1 leaves the logits unchanged.
    ///   - workspace: The thread's workspace.
    ///   - load: Writes one view of the samples, by its index, to the workspace's input.
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
        // Evaluation doesn't need this memory for a gradient.
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
