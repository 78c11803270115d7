import Kernels
import Tensors

/// Batch normalization of each channel over a virtual shard's samples and pixels (Ioffe and Szegedy, "Batch
/// normalization", 2015).
///
/// Each shard is normalized by itself, instead of each rank's part of the batch, so that the result is the same on any
/// number of ranks. Running statistics are the sample-weighted means of the shards' means and unbiased variances.
package struct BatchNorm2D: ParametricLayer {
    package static let kind = "batchNorm2d"
    package var role: LayerRole { .pointwise }

    /// The number that is added to the variance.
    package let epsilon: Float
    /// The weight of a batch in the running statistics.
    package let momentum: Float
    /// Whether each channel has a trained scale; otherwise it is 1.
    package let hasWeight: Bool
    /// Whether each channel has a trained shift; otherwise it is 0.
    package let hasBias: Bool
    package var tensors = LayerTensors()

    /// A normalization layer; the defaults are PyTorch's.
    ///
    /// - Parameters:
    ///   - epsilon: The number that is added to the variance, above 0; by default 1e-5.
    ///   - momentum: The weight of a batch in the running statistics, from 0 to 1; by default 0.1.
    ///   - hasWeight: Whether each channel has a trained scale; by default it does.
    ///   - hasBias: Whether each channel has a trained shift; by default it does.
    package init(epsilon: Float = 1e-5, momentum: Float = 0.1, hasWeight: Bool = true, hasBias: Bool = true) {
        precondition(
            epsilon > 0 && 0...1 ~= momentum,
            "batchNorm2d: epsilon \(epsilon), momentum \(momentum) found, above 0 and 0 ... 1 needed"
        )
        (self.epsilon, self.momentum) = (epsilon, momentum)
        (self.hasWeight, self.hasBias) = (hasWeight, hasBias)
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        plan(channels: try context.image(for: Self.kind).channels, context)
    }

    /// Plans the normalization for an input whose last axis in memory has `channels` channels.
    func plan(channels: Int, layout: ParameterLayout = .sameAsFile, _ context: LayerContext) -> any LayerPlan {
        Plan(self, channels: channels, layout: layout, context: context)
    }
}

private struct Plan: LayerPlan {
    let outputShape: FeatureShape
    var statistics: [RunningStatistic]
    private var affine: ScaleAndShift
    private let channels: Int
    private let epsilon: Float
    /// What is applied to the output in the same pass.
    private var activation: Activation?

    init(_ layer: BatchNorm2D, channels: Int, layout: ParameterLayout, context: LayerContext) {
        self.channels = channels
        epsilon = layer.epsilon
        outputShape = context.inputShape
        affine = ScaleAndShift(
            shape: [channels],
            layout: layout,
            hasWeight: layer.hasWeight,
            hasBias: layer.hasBias,
            context
        )
        statistics = [("running_mean", 0), ("running_var", 1)].map { name, value in
            RunningStatistic(
                name: context.tensorName(name),
                count: channels,
                initialValue: value,
                layout: layout,
                momentum: layer.momentum
            )
        }
    }

    var parameters: [Parameter] {
        get { affine.parameters }
        set { affine.parameters = newValue }
    }

    var preparedCount: Int { affine.roomCount }

    func prepare(parameters: TensorSlice, into prepared: TensorSlice) { affine.prepare(into: prepared) }

    func fused(with epilogues: [LayerEpilogue]) -> (plan: any LayerPlan, takenCount: Int) {
        guard case .activation(let activation)? = epilogues.first else { return (self, 0) }
        var plan = self
        plan.activation = activation
        return (plan, 1)
    }

    var forwardFLOPs: Int { 4 * outputShape.count }

    // The shard's mean and inverse standard deviation, in this order.
    var savedCount: Int { 2 * channels }
    // Gradients of constants in training, an inverse standard deviation or a scale in evaluation.
    var scratchCount: Int { affine.roomCount }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        let (weight, bias) = affine.factors(pass)
        let (mean, inverseStandardDeviation) = savedStatistics(pass)
        switch pass.mode {
        case .training(_, let sums):
            let variance = pass.scratch.prefix(channels)
            BatchNormalization.forward(
                input: input,
                output: output,
                weight: weight,
                bias: bias,
                mean: mean,
                variance: variance,
                inverseStandardDeviation: inverseStandardDeviation,
                epsilon: epsilon,
                activation: activation
            )
            addStatistics(mean, variance, positions: input.count / channels, batch: pass.batch, to: sums)
        case .evaluation:
            let inverse = pass.scratch.prefix(channels)
            let variance = pass.runningStatistics[statistics[1].range]
            for c in 0..<channels { inverse[c] = 1 / (variance[c] + epsilon).squareRoot() }
            BatchNormalization.apply(
                input: input,
                output: output,
                weight: weight,
                bias: bias,
                mean: pass.runningStatistics[statistics[0].range],
                inverseStandardDeviation: inverse,
                activation: activation
            )
        }
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        if case .evaluation = pass.mode { return backwardInEvaluation(gradients, pass) }
        let (mean, inverseStandardDeviation) = savedStatistics(pass)
        let (weight, bias) = affine.factors(pass)
        let (weightGradient, biasGradient) = affine.gradients(gradients, pass)
        BatchNormalization.backward(
            input: input,
            outputGradient: gradients.output,
            weight: weight,
            bias: bias,
            mean: mean,
            inverseStandardDeviation: inverseStandardDeviation,
            activation: activation,
            inputGradient: gradients.input,
            weightGradient: weightGradient,
            biasGradient: biasGradient
        )
        affine.areReady(gradients)
    }

    /// The running statistics are constants, so only the scale remains; the gradients of the parameters aren't needed.
    private func backwardInEvaluation(_ gradients: LayerGradients, _ pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        let weight = affine.factors(pass).weight
        let variance = pass.runningStatistics[statistics[1].range]
        let scales = pass.scratch.prefix(channels)
        for c in 0..<channels { scales[c] = weight[c] / (variance[c] + epsilon).squareRoot() }
        for start in stride(from: 0, to: inputGradient.count, by: channels) {
            let pixel = start..<start + channels
            Elementwise.multiply(gradients.output[pixel], by: scales, into: inputGradient[pixel])
        }
    }

    private func savedStatistics(_ pass: LayerPass) -> (mean: TensorSlice, inverseStandardDeviation: TensorSlice) {
        (pass.saved[0..<channels], pass.saved[channels..<2 * channels])
    }

    /// Writes the shard's contribution to the batch's statistics, weighted by its samples; the sum over the shards is
    /// divided by the size of the global batch.
    private func addStatistics(
        _ mean: TensorSlice,
        _ variance: TensorSlice,
        positions: Int,
        batch: Int,
        to sums: TensorSlice
    ) {
        let (means, variances) = (sums[statistics[0].range], sums[statistics[1].range])
        let unbiased = Float(positions) / Float(max(positions - 1, 1))
        for c in 0..<channels {
            means[c] = mean[c] * Float(batch)
            variances[c] = variance[c] * unbiased * Float(batch)
        }
    }
}
