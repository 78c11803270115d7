package import Kernels
package import Tensors

/// A plan to compute one convolution layer, made once from its shape and settings only, and then run without
/// allocating.
///
/// No timing is used for the decision, so equal shapes give equal bits on machines with equal vectors and BLAS kernels.
/// A call runs on the calling thread; calls on different threads share the prepared weights, each with its own scratch
/// memory. All slices start at a cache line if the caller lays them out with `AlignedBuffer.aligned`.
package struct ConvolutionPlan: Sendable {
    /// The layer's sizes.
    package let shape: ConvolutionShape
    /// What is applied to the result while it is in cache.
    package let epilogue: ConvolutionEpilogue
    private let algorithm: any ConvolutionAlgorithm
    private let stage: OutputStage

    /// Decides how to compute a layer.
    ///
    /// - Parameters:
    ///   - shape: The layer's sizes.
    ///   - epilogue: What is applied to the result while it is in cache; default nothing.
    ///   - needsInputGradient: Whether `backward` must compute the input's gradient; default true.
    ///   - instructions: The vector instructions to use; default the best ones.
    package init(
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
            } else if WinogradConvolution.suits(shape, epilogue: epilogue) {
                WinogradConvolution(stage: stage, needsInputGradient: needsInputGradient)
            } else if shape.isDepthwise {
                DepthwiseConvolution(stage: stage, needsInputGradient: needsInputGradient)
            } else {
                PatchConvolution(stage: stage, needsInputGradient: needsInputGradient)
            }
    }

    /// The algorithm and its block sizes, for people.
    package var description: String { algorithm.description }

    /// The number of floats that `prepare` writes.
    package var preparedWeightCount: Int { algorithm.preparedWeightCount }

    /// Floats of scratch memory for a call; its contents don't outlive the call.
    package var scratchCount: Int { algorithm.scratchCount }

    /// Floats of one image of the output, after any pooling.
    package var outputCount: Int { stage.outputCount(rows: shape.outputHeight) }

    /// Floats to save from `forward` to `backward`.
    ///
    /// - Parameter batch: Number of images.
    /// - Returns: The size of `saved`; 0 without pooling.
    package func savedCount(batch: Int) -> Int { stage.savedCount(rows: batch * shape.outputHeight) }

    /// Transforms weights to the layout that `forward` and `backward` need: once after each change of the weights.
    ///
    /// - Parameters:
    ///   - weights: `[kernelHeight, kernelWidth, C / groups, O]`.
    ///   - prepared: `preparedWeightCount` floats.
    package func prepare(weights: TensorSlice, into prepared: TensorSlice) {
        require(weights, shape.weightCount, "weights")
        require(prepared, preparedWeightCount, "prepared")
        algorithm.prepare(weights: weights, into: prepared)
    }

    /// Computes the outputs of some images.
    package func forward(_ pass: ForwardPass) {
        require(pass.input, pass.batch * shape.inputCount, "input")
        require(pass.prepared, preparedWeightCount, "prepared")
        require(pass.bias, shape.outputChannels, "bias")
        require(pass.output, pass.batch * outputCount, "output")
        require(pass.saved, savedCount(batch: pass.batch), "saved")
        require(pass.scratch, scratchCount, "scratch")
        algorithm.forward(pass)
    }

    /// Computes the gradients of some images.
    package func backward(_ pass: BackwardPass) {
        require(pass.input, pass.batch * shape.inputCount, "input")
        require(pass.output, pass.batch * outputCount, "output")
        require(pass.outputGradient, pass.batch * outputCount, "outputGradient")
        require(pass.prepared, preparedWeightCount, "prepared")
        require(pass.saved, savedCount(batch: pass.batch), "saved")
        require(pass.inputGradient, pass.batch * shape.inputCount, "inputGradient")
        require(pass.weightGradient, shape.weightCount, "weightGradient")
        require(pass.biasGradient, shape.outputChannels, "biasGradient")
        require(pass.scratch, scratchCount, "scratch")
        algorithm.backward(pass)
    }

    private func require(_ slice: TensorSlice?, _ count: Int, _ name: StaticString) {
        guard let slice else { return }
        precondition(
            slice.count >= count,
            "ConvolutionPlan: \(slice.count) floats of \(name) found, \(count) needed"
        )
    }
}
