package import Tensors

/// The arguments of `ConvolutionPlan.forward`.
package struct ForwardPass {
    /// The number of images.
    let batch: Int
    /// `[batch, H, W, C]`.
    let input: TensorSlice
    /// As written by `ConvolutionPlan.prepare`.
    let prepared: TensorSlice
    /// `[O]`, or nil.
    let bias: TensorSlice?
    /// `[batch, outputHeight, outputWidth, O]`, or half of both sizes when pooled; overwritten.
    let output: TensorSlice
    /// `ConvolutionPlan.savedCount(batch:)` floats for the backward pass; overwritten.
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

/// The arguments of `ConvolutionPlan.backward`: the gradients of weights and bias are summed over the images.
package struct BackwardPass {
    /// The number of images.
    let batch: Int
    /// As given to `forward`.
    let input: TensorSlice
    /// As written by `forward`.
    let output: TensorSlice
    /// The gradient with respect to `output`.
    let outputGradient: TensorSlice
    /// As given to `forward`.
    let prepared: TensorSlice
    /// As written by `forward`.
    let saved: TensorSlice
    /// `[batch, H, W, C]`, overwritten; nil if it isn't needed.
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
