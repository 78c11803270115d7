import Kernels
import Tensors

/// A fully connected layer: `y = x · Wᵀ + b`, from `[N, in]` to `[N, out]`.
package struct Linear: ParametricLayer {
    package static let kind = "linear"
    package var role: LayerRole { .dense }

    /// The number of outputs; nil for one per class.
    package let outputFeatures: Int?
    /// Whether each output has a bias.
    package let hasBias: Bool
    package var tensors = LayerTensors()

    /// A dense layer.
    ///
    /// - Parameters:
    ///   - outputFeatures: The number of outputs, at least 1; nil for one per class, which the last layer needs.
    ///   - hasBias: Whether each output has a bias; by default so.
    package init(outputFeatures: Int?, hasBias: Bool = true) {
        precondition(outputFeatures ?? 1 >= 1, "linear: \(outputFeatures ?? 0) outputs found, at least 1 needed")
        (self.outputFeatures, self.hasBias) = (outputFeatures, hasBias)
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        guard case .vector(let inputCount, let image) = context.inputShape else {
            throw context.error(
                "linear needs a vector; its input is an image of \(context.inputShape)",
                hint: "put a flatten layer before it"
            )
        }
        guard let outputCount = outputFeatures ?? context.classCount else {
            throw context.error("classes are not known here", option: "outputFeatures", hint: "give a number")
        }
        return Plan(self, inputCount: inputCount, outputCount: outputCount, image: image, context: context)
    }
}

/// The weights are `[in, out]` in memory, as products need them; the input gradient uses a copy made once a step.
private struct Plan: LayerPlan {
    let outputShape: FeatureShape
    var parameters: [Parameter]
    private let inputCount: Int
    private let image: FeatureShape.ImageExtent?
    private let hasBias: Bool
    private let needsInputGradient: Bool

    private var outputCount: Int { outputShape.count }

    init(
        _ layer: Linear,
        inputCount: Int,
        outputCount: Int,
        image: FeatureShape.ImageExtent?,
        context: LayerContext
    ) {
        self.inputCount = inputCount
        self.image = image
        hasBias = layer.hasBias
        needsInputGradient = context.needsInputGradient
        outputShape = .vector(count: outputCount, image: nil)
        let weight = Parameter(
            name: context.tensorName("weight"),
            shape: [outputCount, inputCount],
            layout: .transposed(image),
            initializer: .weights(fanIn: inputCount, fanOut: outputCount)
        )
        let bias = Parameter(
            name: context.tensorName("bias"),
            shape: [outputCount],
            layout: .sameAsFile,
            initializer: .bias(fanIn: inputCount)
        )
        parameters = hasBias ? [weight, bias] : [weight]
    }

    var forwardFLOPs: Int { 2 * inputCount * outputCount + (hasBias ? outputCount : 0) }
    var receptiveField: ReceptiveField { image.map { .whole(rows: $0.height, columns: $0.width) } ?? .pixel }

    var preparedCount: Int { needsInputGradient ? inputCount * outputCount : 0 }

    func prepare(parameters buffer: TensorSlice, into prepared: TensorSlice) {
        guard needsInputGradient else { return }
        transpose(weights(in: buffer), into: MatrixView(prepared, rows: outputCount, columns: inputCount))
    }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        let samples = MatrixView(input, rows: pass.batch, columns: inputCount)
        multiply(
            samples,
            weights(in: pass.parameters),
            into: MatrixView(output, rows: pass.batch, columns: outputCount)
        )
        if hasBias { Elementwise.addRow(pass.parameters[parameters[1].range], toRowsOf: output) }
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        if hasBias { Elementwise.sumRows(of: gradients.output, into: gradients.gradient(of: parameters[1])) }
        let outputGradient = MatrixView(gradients.output, rows: pass.batch, columns: outputCount)
        if parameters[0].isTrained {
            multiply(
                MatrixView(input, rows: pass.batch, columns: inputCount).transposed,
                outputGradient,
                into: weights(in: gradients.parameters)
            )
        }
        gradients.areReady(parameters)
        guard let inputGradient = gradients.input else { return }
        multiply(
            outputGradient,
            MatrixView(pass.prepared, rows: outputCount, columns: inputCount),
            into: MatrixView(inputGradient, rows: pass.batch, columns: inputCount)
        )
    }

    private func weights(in buffer: TensorSlice) -> MatrixView {
        MatrixView(buffer[parameters[0].range], rows: inputCount, columns: outputCount)
    }
}
