import Kernels
import Tensors

/// The plan of `layerNorm` and `groupNorm`.
struct GroupNormPlan: LayerPlan {
    let outputShape: FeatureShape
    private let normalizer: GroupNormalizer
    private var scale: ChannelFactors
    private var shift: ChannelFactors
    private let maximumBatch: Int

    init(
        _ normalizer: GroupNormalizer,
        hasWeight: Bool,
        hasBias: Bool,
        shape: [Int],
        layout: ParameterLayout = .sameAsFile,
        _ context: LayerContext
    ) {
        self.normalizer = normalizer
        outputShape = context.inputShape
        maximumBatch = context.maximumBatch
        scale = ChannelFactors("weight", constant: 1, isTrained: hasWeight, shape: shape, layout: layout, context)
        shift = ChannelFactors("bias", constant: 0, isTrained: hasBias, shape: shape, layout: layout, context)
    }

    var parameters: [Parameter] {
        get { [scale.parameter, shift.parameter].compactMap { $0 } }
        set {
            var rest = newValue[...]
            scale.take(from: &rest)
            shift.take(from: &rest)
        }
    }

    var forwardFLOPs: Int { 4 * outputShape.count }

    var receptiveField: ReceptiveField {
        guard case .image(let height, let width, _) = outputShape else { return .pixel }
        return .everywhere(rows: height, columns: width)
    }

    private var count: Int { normalizer.weightCount }
    private var statisticCount: Int { maximumBatch * normalizer.groups }

    // The constant scales and shifts, if they aren't trained.
    var preparedCount: Int { 2 * count }
    // The means and inverse standard deviations.
    var savedCount: Int { 2 * statisticCount }
    // The gradients of constant scales and shifts, which nobody uses.
    var scratchCount: Int { 2 * count }

    func prepare(parameters: TensorSlice, into prepared: TensorSlice) {
        prepared.prefix(count).fill(scale.constant)
        prepared[count..<2 * count].fill(shift.constant)
    }

    private func factors(_ pass: LayerPass) -> (weight: TensorSlice, bias: TensorSlice) {
        (
            scale.parameter.map { pass.parameters[$0.range] } ?? pass.prepared.prefix(count),
            shift.parameter.map { pass.parameters[$0.range] } ?? pass.prepared[count..<2 * count]
        )
    }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        let (weight, bias) = factors(pass)
        normalizer.forward(
            batch: pass.batch,
            input: input,
            output: output,
            weight: weight,
            bias: bias,
            mean: pass.saved.prefix(statisticCount),
            inverseDeviation: pass.saved[statisticCount..<2 * statisticCount]
        )
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        let (weight, bias) = factors(pass)
        normalizer.backward(
            batch: pass.batch,
            input: input,
            outputGradient: gradients.output,
            weight: weight,
            bias: bias,
            mean: pass.saved.prefix(statisticCount),
            inverseDeviation: pass.saved[statisticCount..<2 * statisticCount],
            inputGradient: gradients.input,
            weightGradient: scale.parameter.map { gradients.parameters[$0.range] } ?? pass.scratch.prefix(count),
            biasGradient: shift.parameter.map { gradients.parameters[$0.range] } ?? pass.scratch[count..<2 * count]
        )
        if let first = scale.parameter ?? shift.parameter { gradients.isReady(first.offset) }
    }
}
