import Convolution
import Kernels
import Tensors

/// A two-dimensional convolution (cross-correlation, as PyTorch's), from `[N, H, W, C]` to `[N, OH, OW, O]` with
/// `OH = (H + P - D (K - 1) - 1) / S + 1`, where P counts the padding on both sides and D is the dilation.
package struct Conv2D: ParametricLayer {
    package static let kind = "conv2d"
    package var role: LayerRole { .featureMaps }

    /// The number of filters.
    package let outputChannels: Int
    /// Rows and columns of a filter.
    package let kernel: Extent
    /// Rows and columns from one output pixel to the next.
    package let stride: Extent
    /// The amount of padding.
    package let padding: Padding
    /// The values of the padding.
    package let paddingMode: PaddingMode
    /// The dilation.
    package let dilation: Extent
    /// The number of groups of channels: filters of a group depend only on its input channels.
    package let groups: Int
    /// Whether each filter has a bias.
    package let hasBias: Bool
    package var tensors = LayerTensors()

    /// An amount of padding.
    package enum Padding: Sendable, Equatable {
        /// None.
        case valid
        /// Padding for `⌈extent / stride⌉` outputs; an odd pixel is added after the image.
        case same
        /// This number of pixels on each side.
        case pixels(Extent)
    }

    /// A layer.
    ///
    /// - Parameters:
    ///   - outputChannels: The number of filters, at least 1.
    ///   - kernel: Rows and columns of a filter, at least 1.
    ///   - stride: Rows and columns from one output pixel to the next, at least 1; by default 1.
    ///   - padding: The amount of padding; by default none.
    ///   - paddingMode: The values of the padding; by default zeros.
    ///   - dilation: The dilation; by default 1.
    ///   - groups: The number of groups of channels, a divisor of input and output channels; by default 1.
    ///   - hasBias: Whether each filter has a bias; by default so.
    package init(
        outputChannels: Int,
        kernel: Extent,
        stride: Extent = 1,
        padding: Padding = .valid,
        paddingMode: PaddingMode = .zeros,
        dilation: Extent = 1,
        groups: Int = 1,
        hasBias: Bool = true
    ) {
        precondition(
            min(outputChannels, kernel.smaller, stride.smaller, dilation.smaller, groups) >= 1,
            """
            conv2d: \(outputChannels) filters, kernel \(kernel), stride \(stride), dilation \(dilation), groups \(groups) \
            found, at least 1 needed
            """
        )
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.paddingMode = paddingMode
        self.dilation = dilation
        self.groups = groups
        self.hasBias = hasBias
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        try plan(context, filterAxes: 2)
    }

    /// Plans the layer for its input.
    ///
    /// - Parameters:
    ///   - context: The layer's context.
    ///   - filterAxes: The number of a filter's axes in files: 2, or 1 for one row.
    /// - Returns: The plan.
    /// - Throws: `LayerError` if the input doesn't fit.
    func plan(_ context: LayerContext, filterAxes: Int) throws(LayerError) -> any LayerPlan {
        let shape = try shape(context)
        let layout = Plan.Layout(filterAxes: filterAxes, hasBias: hasBias)
        let isPadded = shape.paddingTop + shape.paddingBottom + shape.paddingLeft + shape.paddingRight > 0
        guard paddingMode != .zeros && isPadded else { return Plan(shape: shape, layout: layout, context: context) }
        return try PaddedPlan(shape, paddingMode, context) { Plan(shape: $0, layout: layout, context: context) }
    }

    /// The convolution's shape for an input.
    ///
    /// - Parameter context: The layer's context.
    /// - Returns: The shape, with its padding.
    /// - Throws: `LayerError` if the input doesn't fit.
    func shape(_ context: LayerContext) throws(LayerError) -> ConvolutionShape {
        let image = try context.image(for: Self.kind)
        for (count, whose) in [(image.channels, "the input's"), (outputChannels, "the")] where count % groups != 0 {
            throw context.error("\(groups) groups don't divide \(whose) \(count) channels", option: "groups")
        }
        var shape = ConvolutionShape(
            inputHeight: image.height,
            inputWidth: image.width,
            inputChannels: image.channels,
            outputChannels: outputChannels,
            kernelHeight: kernel.rows,
            kernelWidth: kernel.columns
        )
        (shape.strideHeight, shape.strideWidth) = (stride.rows, stride.columns)
        (shape.dilationHeight, shape.dilationWidth) = (dilation.rows, dilation.columns)
        shape.groups = groups
        let padding = padding(around: context.inputShape)
        (shape.paddingTop, shape.paddingBottom) = (padding.top, padding.bottom)
        (shape.paddingLeft, shape.paddingRight) = (padding.left, padding.right)
        guard shape.windowHeight <= image.height + shape.paddingTop + shape.paddingBottom,
            shape.windowWidth <= image.width + shape.paddingLeft + shape.paddingRight
        else {
            let spread = dilation == 1 ? "" : ", \(shape.windowHeight)×\(shape.windowWidth) with its dilation,"
            throw context.error(
                "a \(kernel) kernel\(spread) does not fit an input of \(image.height)×\(image.width) with this padding",
                option: "kernel",
                hint: "use a smaller kernel or padding: same"
            )
        }
        return shape
    }

    /// The padding for an input.
    ///
    /// - Parameter shape: The layer's input.
    /// - Returns: Pixels above, left, below and right; 0 for a vector.
    package func padding(around shape: FeatureShape) -> (top: Int, left: Int, bottom: Int, right: Int) {
        guard case .image(let height, let width, _) = shape else { return (0, 0, 0, 0) }
        let (rows, columns) = (padding(of: height, \.rows), padding(of: width, \.columns))
        return (rows.before, columns.before, rows.after, columns.after)
    }

    private func padding(of extent: Int, _ side: KeyPath<Extent, Int>) -> (before: Int, after: Int) {
        switch padding {
        case .valid: return (0, 0)
        case .pixels(let pixels): return (pixels[keyPath: side], pixels[keyPath: side])
        case .same:
            let stride = stride[keyPath: side]
            let window = (kernel[keyPath: side] - 1) * dilation[keyPath: side] + 1
            let outputs = (extent + stride - 1) / stride
            let total = max((outputs - 1) * stride + window - extent, 0)
            return (total / 2, total - total / 2)
        }
    }
}

private struct Plan: LayerPlan {
    let outputShape: FeatureShape
    var parameters: [Parameter]
    private let shape: ConvolutionShape
    private let plan: ConvolutionPlan
    private let layout: Layout
    private let epilogue: ConvolutionEpilogue
    private let context: LayerContext

    /// The tensors in files.
    struct Layout {
        let filterAxes: Int
        let hasBias: Bool
    }

    init(shape: ConvolutionShape, layout: Layout, context: LayerContext, epilogue: ConvolutionEpilogue = .none) {
        self.shape = shape
        self.layout = layout
        self.epilogue = epilogue
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
        let taps = shape.kernelHeight * shape.kernelWidth
        let fanIn = shape.groupChannels * taps
        let weight = Parameter(
            name: context.tensorName("weight"),
            shape: [shape.outputChannels, shape.groupChannels]
                + [shape.kernelHeight, shape.kernelWidth].suffix(layout.filterAxes),
            layout: .filters,
            initializer: .weights(fanIn: fanIn, fanOut: shape.outputChannels * taps, groups: shape.groups)
        )
        let bias = Parameter(
            name: context.tensorName("bias"),
            shape: [shape.outputChannels],
            layout: .sameAsFile,
            initializer: .bias(fanIn: fanIn)
        )
        parameters = layout.hasBias ? [weight, bias] : [weight]
    }

    func fused(with epilogues: [LayerEpilogue]) -> (plan: any LayerPlan, takenCount: Int) {
        guard epilogues.first == .activation(.relu) else { return (self, 0) }
        // With dilation the pixels of a pooled window are in different tiles, which Winograd's convolution can't pool.
        let isPooled = epilogues.dropFirst().first == .maxPool2 && !shape.isDilated
        let epilogue = isPooled ? ConvolutionEpilogue.reluMaxPool2 : .relu
        var fused = Plan(shape: shape, layout: layout, context: context, epilogue: epilogue)
        fused.parameters = parameters
        return (fused, isPooled ? 2 : 1)
    }

    private var hasBias: Bool { layout.hasBias }

    var forwardFLOPs: Int {
        let outputCount = shape.outputHeight * shape.outputWidth * shape.outputChannels
        let fanIn = shape.groupChannels * shape.kernelHeight * shape.kernelWidth
        return outputCount * (2 * fanIn + (hasBias ? 1 : 0))
    }

    var receptiveField: ReceptiveField { shape.receptiveField }

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
        defer { gradients.areReady(parameters) }
        // Of frozen filters behind which nothing is trained, the bias alone has a gradient to compute.
        if !parameters[0].isTrained, gradients.input == nil, epilogue == .none {
            if hasBias { Elementwise.sumRows(of: gradients.output, into: gradients.gradient(of: parameters[1])) }
            return
        }
        plan.backward(
            BackwardPass(
                batch: pass.batch,
                input: input,
                output: output,
                outputGradient: gradients.output,
                prepared: pass.prepared,
                saved: pass.saved,
                inputGradient: gradients.input,
                weightGradient: gradients.gradient(of: parameters[0]),
                biasGradient: hasBias ? gradients.gradient(of: parameters[1]) : nil,
                scratch: pass.scratch
            )
        )
    }
}

extension ConvolutionShape {
    var receptiveField: ReceptiveField {
        ReceptiveField(
            rows: ReceptiveField.Axis(extent: windowHeight, stride: strideHeight, padding: paddingTop),
            columns: ReceptiveField.Axis(extent: windowWidth, stride: strideWidth, padding: paddingLeft)
        )
    }
}
