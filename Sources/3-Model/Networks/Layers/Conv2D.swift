package import Configuration
import Convolution
package import Tensors

/// A two-dimensional convolution (cross-correlation, as PyTorch's), from `[N, H, W, C]` to `[N, OH, OW, O]` with
/// `OH = (H + P - K) / S + 1`, where P counts the padding on both sides.
package struct Conv2D: Layer {
    package static let kind = "conv2d"

    package let outputShape: FeatureShape
    package var parameters: [Parameter]
    let shape: ConvolutionShape
    private let plan: ConvolutionPlan
    private let hasBias: Bool
    private let context: LayerContext

    /// A layer with `outputChannels` filters of `kernel × kernel`; by default `stride` 1, padding `valid` and a bias.
    package init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        let outputChannels = try options.integer("outputChannels", in: 1...1 << 16)
        let kernel = try options.integer("kernel", in: 1...1024)
        let stride = try options.integer("stride", default: 1, in: 1...1024)
        let padding = try options.integerOrWord(
            "padding",
            default: .word("valid"),
            words: ["same", "valid"],
            in: 0...1024
        )
        let hasBias = try options.boolean("bias", default: true)
        guard case .image(let height, let width, let channels) = context.inputShape else {
            throw options.error(nil, "conv2d needs an image; its input is a vector of \(context.inputShape)")
        }
        let rows = Self.padding(padding, kernel: kernel, stride: stride, extent: height)
        let columns = Self.padding(padding, kernel: kernel, stride: stride, extent: width)
        guard kernel <= height + rows.before + rows.after, kernel <= width + columns.before + columns.after else {
            throw options.error(
                "kernel",
                "a \(kernel)×\(kernel) kernel does not fit an input of \(height)×\(width) with this padding",
                hint: "use a smaller kernel or padding: same"
            )
        }
        var shape = ConvolutionShape(
            inputHeight: height,
            inputWidth: width,
            inputChannels: channels,
            outputChannels: outputChannels,
            kernelHeight: kernel,
            kernelWidth: kernel,
            stride: stride
        )
        (shape.paddingTop, shape.paddingBottom) = rows
        (shape.paddingLeft, shape.paddingRight) = columns
        self.init(shape: shape, hasBias: hasBias, context: context)
    }

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

    /// The same layer with what follows it done while its output is in cache.
    ///
    /// - Parameter epilogue: The layers that this one takes in.
    /// - Returns: The fused layer.
    func fused(with epilogue: ConvolutionEpilogue) -> Conv2D {
        Conv2D(shape: shape, hasBias: hasBias, context: context, epilogue: epilogue)
    }

    package var cost: LayerCost {
        let outputCount = shape.outputHeight * shape.outputWidth * shape.outputChannels
        let fanIn = shape.inputChannels * shape.kernelHeight * shape.kernelWidth
        return LayerCost(
            forwardFLOPs: outputCount * (2 * fanIn + (hasBias ? 1 : 0)),
            window: shape.kernelHeight,
            stride: shape.stride,
            padding: shape.paddingLeft
        )
    }

    package var preparedCount: Int { plan.preparedWeightCount }
    package var planDescription: String { plan.description }
    package var savedCount: Int { plan.savedCount(batch: context.maximumBatch) }
    package var scratchCount: Int { plan.scratchCount }

    package func prepare(parameters buffer: TensorSlice, into prepared: TensorSlice) {
        plan.prepare(weights: buffer[parameters[0].range], into: prepared)
    }

    package func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        plan.forward(
            batch: pass.batch,
            input: input,
            prepared: pass.prepared,
            bias: hasBias ? pass.parameters[parameters[1].range] : nil,
            output: output,
            saved: pass.saved,
            scratch: pass.scratch
        )
    }

    package func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        plan.backward(
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
        gradients.isReady(parameters[0].offset)
    }

    /// The padding on each side; `same` gives `⌈extent / stride⌉` outputs, the odd pixel going after.
    private static func padding(
        _ option: IntegerOrWord,
        kernel: Int,
        stride: Int,
        extent: Int
    ) -> (before: Int, after: Int) {
        switch option {
        case .integer(let pixels): return (pixels, pixels)
        case .word("same"):
            let outputs = (extent + stride - 1) / stride
            let total = max((outputs - 1) * stride + kernel - extent, 0)
            return (total / 2, total - total / 2)
        case .word: return (0, 0)
        }
    }
}
