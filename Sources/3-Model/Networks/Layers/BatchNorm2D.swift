package import Configuration
import Kernels
package import Tensors

/// Batch normalization of each channel over a virtual shard's samples and pixels.
///
/// The group is the shard, not the rank's part of the batch, so that the result is the same on any number of ranks.
/// Running statistics are the sample-weighted means of the shards' means and unbiased variances.
package struct BatchNorm2D: Layer {
    package static let kind = "batchNorm2d"

    package let outputShape: FeatureShape
    package var parameters: [Parameter]
    package var statistics: [RunningStatistic]
    private let channels: Int
    private let epsilon: Float
    private var isRectified = false

    /// `epsilon` (default 1e-5) and `momentum` of the running statistics (default 0.1), as PyTorch's.
    package init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        epsilon = Float(try options.number("epsilon", default: 1e-5, in: 1e-12...1))
        let momentum = Float(try options.number("momentum", default: 0.1, in: 0...1))
        guard case .image(_, _, let channels) = context.inputShape else {
            throw options.error(nil, "batchNorm2d needs an image; its input is a vector of \(context.inputShape)")
        }
        self.channels = channels
        outputShape = context.inputShape
        parameters = [
            Parameter(
                name: context.tensorName("weight"),
                shape: [channels],
                layout: .sameAsFile,
                initializer: .constant(1)
            ),
            Parameter(
                name: context.tensorName("bias"),
                shape: [channels],
                layout: .sameAsFile,
                initializer: .constant(0)
            ),
        ]
        statistics = [
            RunningStatistic(
                name: context.tensorName("running_mean"),
                count: channels,
                initialValue: 0,
                momentum: momentum
            ),
            RunningStatistic(
                name: context.tensorName("running_var"),
                count: channels,
                initialValue: 1,
                momentum: momentum
            ),
        ]
    }

    /// The same layer with the ReLU that follows it done along.
    var rectified: BatchNorm2D {
        var layer = self
        layer.isRectified = true
        return layer
    }

    package var cost: LayerCost { LayerCost(forwardFLOPs: 4 * outputShape.count) }

    // The shard's mean and inverse deviation, in this order.
    package var savedCount: Int { 2 * channels }
    package var scratchCount: Int { channels }

    package func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        let (weight, bias) = (pass.parameters[parameters[0].range], pass.parameters[parameters[1].range])
        let (mean, inverseDeviation) = savedStatistics(pass)
        switch pass.mode {
        case .training(_, let sums):
            BatchNormalization.forward(
                input: input,
                output: output,
                weight: weight,
                bias: bias,
                mean: mean,
                inverseDeviation: inverseDeviation,
                epsilon: epsilon,
                isRectified: isRectified
            )
            addStatistics(mean, inverseDeviation, positions: input.count / channels, batch: pass.batch, to: sums)
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
                inverseDeviation: inverse,
                isRectified: isRectified
            )
        }
    }

    package func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        if case .evaluation = pass.mode { return backwardInEvaluation(gradients, pass) }
        let (mean, inverseDeviation) = savedStatistics(pass)
        BatchNormalization.backward(
            input: input,
            outputGradient: gradients.output,
            weight: pass.parameters[parameters[0].range],
            bias: pass.parameters[parameters[1].range],
            mean: mean,
            inverseDeviation: inverseDeviation,
            isRectified: isRectified,
            inputGradient: gradients.input,
            weightGradient: gradients.parameters[parameters[0].range],
            biasGradient: gradients.parameters[parameters[1].range]
        )
        gradients.isReady(parameters[0].offset)
    }

    /// The running statistics are constants, so only the scale is left; nobody trains on the parameters' gradients.
    private func backwardInEvaluation(_ gradients: LayerGradients, _ pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        let weight = pass.parameters[parameters[0].range]
        let variance = pass.runningStatistics[statistics[1].range]
        let scales = pass.scratch.prefix(channels)
        for c in 0..<channels { scales[c] = weight[c] / (variance[c] + epsilon).squareRoot() }
        for start in stride(from: 0, to: inputGradient.count, by: channels) {
            let pixel = start..<start + channels
            Elementwise.multiply(gradients.output[pixel], by: scales, into: inputGradient[pixel])
        }
    }

    private func savedStatistics(_ pass: LayerPass) -> (mean: TensorSlice, inverseDeviation: TensorSlice) {
        (pass.saved[0..<channels], pass.saved[channels..<2 * channels])
    }

    /// Writes the shard's part of the batch's statistics, weighted by its samples; their sum over the shards is divided
    /// by the global batch.
    private func addStatistics(
        _ mean: TensorSlice,
        _ inverseDeviation: TensorSlice,
        positions: Int,
        batch: Int,
        to sums: TensorSlice
    ) {
        let (means, variances) = (sums[statistics[0].range], sums[statistics[1].range])
        let unbiased = Float(positions) / Float(max(positions - 1, 1))
        for c in 0..<channels {
            let variance = max(1 / (inverseDeviation[c] * inverseDeviation[c]) - epsilon, 0)
            means[c] = mean[c] * Float(batch)
            variances[c] = variance * unbiased * Float(batch)
        }
    }
}
