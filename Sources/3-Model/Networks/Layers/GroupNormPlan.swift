import Kernels
import Tensors

/// The plan of `layerNorm` and `groupNorm`.
struct GroupNormPlan: LayerPlan {
    let outputShape: FeatureShape
    private let normalizer: GroupNormalizer
    private var affine: ScaleAndShift
    private let maximumBatch: Int

    init(_ normalizer: GroupNormalizer, _ affine: ScaleAndShift, _ context: LayerContext) {
        self.normalizer = normalizer
        self.affine = affine
        outputShape = context.inputShape
        maximumBatch = context.maximumBatch
    }

    var parameters: [Parameter] {
        get { affine.parameters }
        set { affine.parameters = newValue }
    }

    var forwardFLOPs: Int { 4 * outputShape.count }

    var receptiveField: ReceptiveField {
        guard case .image(let height, let width, _) = outputShape else { return .pixel }
        return .everywhere(rows: height, columns: width)
    }

    private var statisticCount: Int { maximumBatch * normalizer.groups }

    var preparedCount: Int { affine.roomCount }
    // The means and inverse standard deviations.
    var savedCount: Int { 2 * statisticCount }
    var scratchCount: Int { affine.roomCount }

    func prepare(parameters: TensorSlice, into prepared: TensorSlice) { affine.prepare(into: prepared) }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        let (weight, bias) = affine.factors(pass)
        normalizer.forward(
            batch: pass.batch,
            input: input,
            output: output,
            weight: weight,
            bias: bias,
            mean: pass.saved.prefix(statisticCount),
            inverseStandardDeviation: pass.saved[statisticCount..<2 * statisticCount]
        )
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        let (weight, bias) = affine.factors(pass)
        let (weightGradient, biasGradient) = affine.gradients(gradients, pass)
        normalizer.backward(
            batch: pass.batch,
            input: input,
            outputGradient: gradients.output,
            weight: weight,
            bias: bias,
            mean: pass.saved.prefix(statisticCount),
            inverseStandardDeviation: pass.saved[statisticCount..<2 * statisticCount],
            inputGradient: gradients.input,
            weightGradient: weightGradient,
            biasGradient: biasGradient
        )
        affine.areReady(gradients)
    }
}
