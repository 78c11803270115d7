package import Tensors

/// What `ConvolutionPlan.forward` reads and writes.
package struct ForwardPass {
    /// Images.
    let batch: Int
    /// `[batch, H, W, C]`.
    let input: TensorSlice
    /// What `ConvolutionPlan.prepare` wrote.
    let prepared: TensorSlice
    /// `[O]`, or nil.
    let bias: TensorSlice?
    /// `[batch, outputHeight, outputWidth, O]`, or half of both sizes when pooled; overwritten.
    let output: TensorSlice
    /// `ConvolutionPlan.savedCount(batch:)` floats that the way back will want; overwritten.
    let saved: TensorSlice
    /// `ConvolutionPlan.scratchCount` floats.
    let scratch: TensorSlice

    package init(
        batch: Int,
        input: TensorSlice,
        prepared: TensorSlice,
        bias: TensorSlice?,
        output: TensorSlice,
        saved: TensorSlice,
        scratch: TensorSlice
    ) {
        self.batch = batch
        self.input = input
        self.prepared = prepared
        self.bias = bias
        self.output = output
        self.saved = saved
        self.scratch = scratch
    }
}

/// What `ConvolutionPlan.backward` reads and writes: the gradients, summed over the images for weights and bias.
package struct BackwardPass {
    /// Images.
    let batch: Int
    /// As given to `forward`.
    let input: TensorSlice
    /// As `forward` wrote it.
    let output: TensorSlice
    /// The loss's gradient by `output`.
    let outputGradient: TensorSlice
    /// As given to `forward`.
    let prepared: TensorSlice
    /// As `forward` wrote it.
    let saved: TensorSlice
    /// `[batch, H, W, C]`, overwritten; nil when nobody needs it.
    let inputGradient: TensorSlice?
    /// `[kernelHeight, kernelWidth, C / groups, O]`, overwritten.
    let weightGradient: TensorSlice
    /// `[O]`, overwritten; nil without bias.
    let biasGradient: TensorSlice?
    /// `ConvolutionPlan.scratchCount` floats.
    let scratch: TensorSlice

    package init(
        batch: Int,
        input: TensorSlice,
        output: TensorSlice,
        outputGradient: TensorSlice,
        prepared: TensorSlice,
        saved: TensorSlice,
        inputGradient: TensorSlice?,
        weightGradient: TensorSlice,
        biasGradient: TensorSlice?,
        scratch: TensorSlice
    ) {
        self.batch = batch
        self.input = input
        self.output = output
        self.outputGradient = outputGradient
        self.prepared = prepared
        self.saved = saved
        self.inputGradient = inputGradient
        self.weightGradient = weightGradient
        self.biasGradient = biasGradient
        self.scratch = scratch
    }
}
