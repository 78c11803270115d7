public import Kernels
public import Tensors

/// How one convolution layer is computed: decided once, from its shape and settings alone, then run without
/// allocating.
///
/// No timing enters the decision, so equal shapes give equal bits on machines with equal vectors and BLAS kernels.
/// A call works on the calling thread; calls on different threads share the prepared weights and each bring their own
/// scratch memory. All slices start at a cache line when the caller lays them out with `AlignedBuffer.aligned`.
public struct ConvolutionPlan: Sendable {
    /// The layer's sizes.
    public let shape: ConvolutionShape
    /// What is done to the result while it is in cache.
    public let epilogue: ConvolutionEpilogue
    private let algorithm: any ConvolutionAlgorithm
    private let stage: OutputStage

    /// Decides how to compute a layer.
    ///
    /// - Parameters:
    ///   - shape: The layer's sizes.
    ///   - epilogue: What is done to the result while it is in cache; default nothing.
    ///   - needsInputGradient: Whether `backward` will be asked for the input's gradient; default true.
    ///   - instructions: The vector instructions to use; default the best there are.
    public init(
        shape: ConvolutionShape,
        epilogue: ConvolutionEpilogue = .none,
        needsInputGradient: Bool = true,
        instructions: VectorInstructions? = .best
    ) {
        shape.check()
        precondition(
            epilogue != .reluMaxPool2 || (shape.outputHeight % 2 == 0 && shape.outputWidth % 2 == 0),
            "ConvolutionPlan: \(shape.outputHeight)x\(shape.outputWidth) outputs found, even sizes needed to pool 2x2"
        )
        guard let instructions else {
            preconditionFailure("ConvolutionPlan: no vector instructions found, AVX2 with FMA needed")
        }
        self.shape = shape
        self.epilogue = epilogue
        stage = OutputStage(shape: shape, epilogue: epilogue, instructions: instructions)
        algorithm =
            if DirectConvolution.suits(shape, needsInputGradient: needsInputGradient) {
                DirectConvolution(stage: stage)
            } else if WinogradConvolution.suits(shape) {
                WinogradConvolution(stage: stage, needsInputGradient: needsInputGradient)
            } else {
                PatchConvolution(stage: stage, needsInputGradient: needsInputGradient)
            }
    }

    /// The algorithm and its block sizes, for people.
    public var description: String { algorithm.description }

    /// Floats that `prepare` writes.
    public var preparedWeightCount: Int { algorithm.preparedWeightCount }

    /// Floats of the scratch memory that a call needs; its contents do not outlive the call.
    public var scratchCount: Int { algorithm.scratchCount }

    /// Floats of one image of the output, after any pooling.
    public var outputCount: Int { stage.outputCount(rows: shape.outputHeight) }

    /// Floats to keep from `forward` to `backward`.
    ///
    /// - Parameter batch: Number of images.
    /// - Returns: The size of `saved`; 0 without pooling.
    public func savedCount(batch: Int) -> Int { stage.savedCount(rows: batch * shape.outputHeight) }

    /// Brings weights into the form that `forward` and `backward` read: once after each change of the weights.
    ///
    /// - Parameters:
    ///   - weights: `[kernelHeight, kernelWidth, C, O]`.
    ///   - prepared: `preparedWeightCount` floats.
    public func prepare(weights: TensorSlice, into prepared: TensorSlice) {
        require(weights, shape.weightCount, "weights")
        require(prepared, preparedWeightCount, "prepared")
        algorithm.prepare(weights: weights, into: prepared)
    }

    /// Computes the outputs of some images.
    ///
    /// - Parameters:
    ///   - batch: Number of images.
    ///   - input: `[batch, H, W, C]`.
    ///   - prepared: What `prepare` wrote.
    ///   - bias: `[O]`, or nil.
    ///   - output: `[batch, outputHeight, outputWidth, O]`, or half of both sizes when pooled; overwritten.
    ///   - saved: `savedCount(batch:)` floats that `backward` will want.
    ///   - scratch: `scratchCount` floats.
    public func forward(
        batch: Int,
        input: TensorSlice,
        prepared: TensorSlice,
        bias: TensorSlice?,
        output: TensorSlice,
        saved: TensorSlice,
        scratch: TensorSlice
    ) {
        require(input, batch * shape.inputCount, "input")
        require(prepared, preparedWeightCount, "prepared")
        require(bias, shape.outputChannels, "bias")
        require(output, batch * outputCount, "output")
        require(saved, savedCount(batch: batch), "saved")
        require(scratch, scratchCount, "scratch")
        algorithm.forward(
            ForwardPass(
                batch: batch,
                input: input,
                prepared: prepared,
                bias: bias,
                output: output,
                saved: saved,
                scratch: scratch
            )
        )
    }

    /// Computes the gradients of some images, summed over them for weights and bias.
    ///
    /// - Parameters:
    ///   - batch: Number of images.
    ///   - input: As given to `forward`.
    ///   - output: As `forward` wrote it.
    ///   - outputGradient: The loss's gradient by `output`.
    ///   - prepared: As given to `forward`.
    ///   - saved: As `forward` wrote it.
    ///   - inputGradient: `[batch, H, W, C]`, overwritten; nil when nobody needs it.
    ///   - weightGradient: `[kernelHeight, kernelWidth, C, O]`, overwritten.
    ///   - biasGradient: `[O]`, overwritten; nil without bias.
    ///   - scratch: `scratchCount` floats.
    public func backward(
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
        require(input, batch * shape.inputCount, "input")
        require(output, batch * outputCount, "output")
        require(outputGradient, batch * outputCount, "outputGradient")
        require(prepared, preparedWeightCount, "prepared")
        require(saved, savedCount(batch: batch), "saved")
        require(inputGradient, batch * shape.inputCount, "inputGradient")
        require(weightGradient, shape.weightCount, "weightGradient")
        require(biasGradient, shape.outputChannels, "biasGradient")
        require(scratch, scratchCount, "scratch")
        algorithm.backward(
            BackwardPass(
                batch: batch,
                input: input,
                output: output,
                outputGradient: outputGradient,
                prepared: prepared,
                saved: saved,
                inputGradient: inputGradient,
                weightGradient: weightGradient,
                biasGradient: biasGradient,
                scratch: scratch
            )
        )
    }

    private func require(_ slice: TensorSlice?, _ count: Int, _ name: StaticString) {
        guard let slice else { return }
        precondition(
            slice.count >= count,
            "ConvolutionPlan: \(slice.count) floats of \(name) found, \(count) needed"
        )
    }
}
