import Convolution
import Tensors

/// A two-dimensional convolution (cross-correlation, as PyTorch's), from `[N, H, W, C]` to `[N, OH, OW, O]` with
/// `OH = (H + P - K) / S + 1`, where P counts the padding on both sides.
package struct Conv2D: Layer {
    package static let kind = "conv2d"
    package var role: LayerRole { .featureMaps }

    /// How many filters.
    package let outputChannels: Int
    /// Rows and columns of a filter.
    package let kernel: Int
    /// Rows and columns from one output pixel to the next.
    package let stride: Int
    /// Zeros around the image.
    package let padding: Padding
    /// Whether each filter has a bias.
    package let hasBias: Bool

    /// Zeros around an image.
    package enum Padding: Sendable, Equatable {
        /// None.
        case valid
        /// As many as give `⌈extent / stride⌉` outputs, the odd pixel going after.
        case same
        /// So many on each side.
        case pixels(Int)
    }

    /// A layer of square filters.
    ///
    /// - Parameters:
    ///   - outputChannels: How many filters, at least 1.
    ///   - kernel: Rows and columns of a filter, at least 1.
    ///   - stride: Rows and columns from one output pixel to the next, at least 1; by default 1.
    ///   - padding: Zeros around the image; by default none.
    ///   - hasBias: Whether each filter has a bias; by default so.
    package init(
        outputChannels: Int,
        kernel: Int,
        stride: Int = 1,
        padding: Padding = .valid,
        hasBias: Bool = true
    ) {
        precondition(
            min(outputChannels, kernel, stride) >= 1,
            "conv2d: \(outputChannels) filters, kernel \(kernel), stride \(stride) found, at least 1 needed"
        )
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.hasBias = hasBias
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        Plan(shape: try shape(context), hasBias: hasBias, context: context)
    }

    private func shape(_ context: LayerContext) throws(LayerError) -> ConvolutionShape {
        let image = try context.image(for: Self.kind)
        let rows = padding(of: image.height)
        let columns = padding(of: image.width)
        guard kernel <= image.height + rows.before + rows.after, kernel <= image.width + columns.before + columns.after
        else {
            throw context.error(
                "a \(kernel)×\(kernel) kernel does not fit an input of \(image.height)×\(image.width) with this padding",
                option: "kernel",
                hint: "use a smaller kernel or padding: same"
            )
        }
        var shape = ConvolutionShape(
            inputHeight: image.height,
            inputWidth: image.width,
            inputChannels: image.channels,
            outputChannels: outputChannels,
            kernelHeight: kernel,
            kernelWidth: kernel,
            stride: stride
        )
        (shape.paddingTop, shape.paddingBottom) = rows
        (shape.paddingLeft, shape.paddingRight) = columns
        return shape
    }

    /// Rows or columns of zeros before and after so many.
    package func padding(of extent: Int) -> (before: Int, after: Int) {
        switch padding {
        case .valid: return (0, 0)
        case .pixels(let pixels): return (pixels, pixels)
        case .same:
            let outputs = (extent + stride - 1) / stride
            let total = max((outputs - 1) * stride + kernel - extent, 0)
            return (total / 2, total - total / 2)
        }
    }
}

private struct Plan: LayerPlan {
    let outputShape: FeatureShape
    var parameters: [Parameter]
    private let shape: ConvolutionShape
    private let plan: ConvolutionPlan
    private let hasBias: Bool
    private let context: LayerContext

    init(shape: ConvolutionShape, hasBias: Bool, context: LayerContext, epilogue: ConvolutionEpilogue = .none) {
        self.shape = shape
        self.hasBias = hasBias
        self.context = context
        plan = ConvolutionPlan(
            shape: shape,
            epilogue: epilogue,
            needsInputGradient: context.needsInputGradient
        )
        let pooling = epilogue == .reluMaxPool2 ? 2 : 1
        outputShape = .image(
            height: shape.outputHeight / pooling,
            width: shape.outputWidth / pooling,
            channels: shape.outputChannels
        )
        let fanIn = shape.inputChannels * shape.kernelHeight * shape.kernelWidth
        let weight = Parameter(
            name: context.tensorName("weight"),
            shape: [shape.outputChannels, shape.inputChannels, shape.kernelHeight, shape.kernelWidth],
            layout: .filters,
            initializer: .weights(
                fanIn: fanIn,
                fanOut: shape.outputChannels * shape.kernelHeight * shape.kernelWidth
            )
        )
        let bias = Parameter(
            name: context.tensorName("bias"),
            shape: [shape.outputChannels],
            layout: .sameAsFile,
            initializer: .bias(fanIn: fanIn)
        )
        parameters = hasBias ? [weight, bias] : [weight]
    }

    func fused(with epilogues: [LayerEpilogue]) -> (plan: any LayerPlan, takenCount: Int) {
        guard epilogues.first == .relu else { return (self, 0) }
        let isPooled = epilogues.dropFirst().first == .maxPool2
        let epilogue = isPooled ? ConvolutionEpilogue.reluMaxPool2 : .relu
        let fused = Plan(shape: shape, hasBias: hasBias, context: context, epilogue: epilogue)
        return (fused, isPooled ? 2 : 1)
    }

    var forwardFLOPs: Int {
        let outputCount = shape.outputHeight * shape.outputWidth * shape.outputChannels
        let fanIn = shape.inputChannels * shape.kernelHeight * shape.kernelWidth
        return outputCount * (2 * fanIn + (hasBias ? 1 : 0))
    }

    var receptiveField: ReceptiveField {
        ReceptiveField(
            rows: ReceptiveField.Axis(extent: shape.kernelHeight, stride: shape.stride, padding: shape.paddingTop),
            columns: ReceptiveField.Axis(extent: shape.kernelWidth, stride: shape.stride, padding: shape.paddingLeft)
        )
    }

    var preparedCount: Int { plan.preparedWeightCount }
    var algorithm: String { plan.description }
    var savedCount: Int { plan.savedCount(batch: context.maximumBatch) }
    var scratchCount: Int { plan.scratchCount }

    func prepare(parameters buffer: TensorSlice, into prepared: TensorSlice) {
        plan.prepare(weights: buffer[parameters[0].range], into: prepared)
    }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        plan.forward(
            ForwardPass(
                batch: pass.batch,
                input: input,
                prepared: pass.prepared,
                bias: hasBias ? pass.parameters[parameters[1].range] : nil,
                output: output,
                saved: pass.saved,
                scratch: pass.scratch
            )
        )
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        plan.backward(
            BackwardPass(
                batch: pass.batch,
                input: input,
                output: output,
                outputGradient: gradients.output,
                prepared: pass.prepared,
                saved: pass.saved,
                inputGradient: gradients.input,
                weightGradient: gradients.parameters[parameters[0].range],
                biasGradient: hasBias ? gradients.parameters[parameters[1].range] : nil,
                scratch: pass.scratch
            )
        )
        gradients.isReady(parameters[0].offset)
    }
}
