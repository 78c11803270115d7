package import Tensors

extension Replica {
    /// Runs the backward pass in evaluation mode, from any layer's output to the network's input.
    ///
    /// The network must have been made with `needsInputGradient: true` and `fusesLayers: false`, the workspace with
    /// `givesInputGradient: true`; and its last pass must have been `logits(batch:workspace:)` of the same samples.
    ///
    /// - Parameters:
    ///   - layer: The layer's position; if there are only views before it, its output is the input.
    ///   - outputGradient: The gradient with respect to the layer's output, `[N, ...]`; overwritten.
    ///   - batch: N.
    ///   - workspace: The thread's own.
    ///   - parameterGradient: `network.elementCount` floats of scratch.
    ///   - reluBackward: How ReLU passes gradients back; by default exactly.
    ///   - observe: Called with the position of each layer on the way and the gradient with respect to its output.
    /// - Returns: The gradient with respect to the input, `[N, H, W, C]`, in the workspace.
    @discardableResult
    package func backward(
        from layer: Int,
        outputGradient: TensorSlice,
        batch: Int,
        workspace: ShardWorkspace,
        parameterGradient: TensorSlice,
        reluBackward: ReLUBackward = .exact,
        observe: (Int, TensorSlice) -> Void = { _, _ in }
    ) -> TensorSlice {
        guard let inputGradient = workspace.inputGradient(batch: batch) else {
            preconditionFailure("backward: a workspace without an input gradient found, one with it needed")
        }
        var pass = layerPass(workspace, batch: batch, mode: .evaluation)
        pass.reluBackward = reluBackward
        network.sequence.backward(
            input: workspace.input(batch: batch),
            output: workspace.logits(batch: batch),
            gradients: LayerGradients(
                output: outputGradient,
                input: inputGradient,
                parameters: parameterGradient,
                discarded: network.divided(workspace.scratch.slice).discarded
            ),
            pass: pass,
            from: layer,
            observe: observe
        )
        return inputGradient
    }
}
