import Convolution
import Tensors

/// A convolution without shared weights: each output pixel has its own filters, from `[N, H, W, C]` to `[N, OH, OW, O]`
/// (LeCun, "Generalization and network design strategies", 1989).
package struct LocallyConnected2D: ParametricLayer {
    package static let kind = "locallyConnected2d"
    package var role: LayerRole { .featureMaps }

    /// The convolution with the same windows.
    package let windows: Conv2D
    package var tensors = LayerTensors()

    /// A layer; the defaults are those of `Conv2D`.
    ///
    /// - Parameters:
    ///   - outputChannels: The number of filters per output pixel, at least 1.
    ///   - kernel: The filter's rows and columns, at least 1.
    ///   - stride: The stride, at least 1; by default 1.
    ///   - padding: The amount of padding with zeros; by default none.
    ///   - hasBias: Whether each output has a bias; by default it does.
    package init(
        outputChannels: Int,
        kernel: Extent,
        stride: Extent = 1,
        padding: Conv2D.Padding = .valid,
        hasBias: Bool = true
    ) {
        windows = Conv2D(
            outputChannels: outputChannels,
            kernel: kernel,
            stride: stride,
            padding: padding,
            hasBias: hasBias
        )
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        Plan(shape: try windows.shape(context), hasBias: windows.hasBias, context: context)
    }
}

private struct Plan: LayerPlan {
    var parameters: [Parameter]
    private let product: LocallyConnectedProduct
    private let hasBias: Bool
    private let maximumBatch: Int

    init(shape: ConvolutionShape, hasBias: Bool, context: LayerContext) {
        product = LocallyConnectedProduct(shape: shape)
        self.hasBias = hasBias
        maximumBatch = context.maximumBatch
        let taps = shape.kernelHeight * shape.kernelWidth
        let fanIn = shape.inputChannels * taps
        let pixels = [shape.outputHeight, shape.outputWidth]
        let filters = [shape.outputChannels, shape.inputChannels, shape.kernelHeight, shape.kernelWidth]
        let weight = Parameter(
            name: context.tensorName("weight"),
            shape: pixels + filters,
            layout: .pixelFilters,
            initializer: .weights(fanIn: fanIn, fanOut: shape.outputChannels * taps)
        )
        let bias = Parameter(
            name: context.tensorName("bias"),
            shape: pixels + [shape.outputChannels],
            layout: .sameAsFile,
            initializer: .bias(fanIn: fanIn)
        )
        parameters = hasBias ? [weight, bias] : [weight]
    }

    private var shape: ConvolutionShape { product.shape }

    var outputShape: FeatureShape {
        .image(height: shape.outputHeight, width: shape.outputWidth, channels: shape.outputChannels)
    }
    var forwardFLOPs: Int { 2 * product.weightCount + (hasBias ? product.biasCount : 0) }
    var receptiveField: ReceptiveField { shape.receptiveField }
    var scratchCount: Int { product.scratchCount(batch: maximumBatch) }
    var algorithm: String { "a product for each of \(product.pixelCount) pixels" }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        product.forward(
            batch: pass.batch,
            input: input,
            weights: pass.parameters[parameters[0].range],
            bias: hasBias ? pass.parameters[parameters[1].range] : nil,
            output: output,
            scratch: pass.scratch
        )
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        product.backward(
            batch: pass.batch,
            input: input,
            weights: pass.parameters[parameters[0].range],
            outputGradient: gradients.output,
            weightGradient: gradients.gradient(of: parameters[0]),
            biasGradient: hasBias ? gradients.gradient(of: parameters[1]) : nil,
            inputGradient: gradients.input,
            scratch: pass.scratch
        )
        gradients.areReady(parameters)
    }
}
