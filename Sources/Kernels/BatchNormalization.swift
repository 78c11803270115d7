public import Tensors

/// Batch normalization over every position of `[M, C]`, where M counts samples times pixels.
///
/// Ioffe and Szegedy, "Batch Normalization", 2015, algorithm 1 and the gradients after it. Means and variances are summed
/// in double precision: they are taken over tens of thousands of positions.
public enum BatchNormalization {
    /// Normalizes by the batch's own statistics.
    ///
    /// - Parameters:
    ///   - input: `[M, C]`.
    ///   - output: `[M, C]`, overwritten: `weight · (x - mean) / √(variance + epsilon) + bias`.
    ///   - weight: `[C]`.
    ///   - bias: `[C]`.
    ///   - mean: `[C]`, overwritten.
    ///   - inverseDeviation: `[C]`, overwritten with `1 / √(variance + epsilon)`.
    ///   - epsilon: Keeps the root away from zero.
    public static func forward(
        input: TensorSlice,
        output: TensorSlice,
        weight: TensorSlice,
        bias: TensorSlice,
        mean: TensorSlice,
        inverseDeviation: TensorSlice,
        epsilon: Float
    ) {
        let channels = weight.count
        let rows = input.count / channels
        for c in 0..<channels {
            var sum = 0.0
            for m in 0..<rows { sum += Double(input.base[m * channels + c]) }
            let average = sum / Double(rows)
            var squares = 0.0
            for m in 0..<rows {
                let difference = Double(input.base[m * channels + c]) - average
                squares += difference * difference
            }
            mean.base[c] = Float(average)
            inverseDeviation.base[c] = Float(1 / (squares / Double(rows) + Double(epsilon)).squareRoot())
        }
        apply(
            input: input,
            output: output,
            weight: weight,
            bias: bias,
            mean: mean,
            inverseDeviation: inverseDeviation
        )
    }

    /// Normalizes by given statistics: evaluation, or the last part of `forward`.
    ///
    /// - Parameters:
    ///   - input: `[M, C]`.
    ///   - output: `[M, C]`, overwritten.
    ///   - weight: `[C]`.
    ///   - bias: `[C]`.
    ///   - mean: `[C]`.
    ///   - inverseDeviation: `[C]`.
    public static func apply(
        input: TensorSlice,
        output: TensorSlice,
        weight: TensorSlice,
        bias: TensorSlice,
        mean: TensorSlice,
        inverseDeviation: TensorSlice
    ) {
        let channels = weight.count
        for start in stride(from: 0, to: input.count, by: channels) {
            let (x, y) = (input.base + start, output.base + start)
            for c in 0..<channels {
                y[c] = (x[c] - mean.base[c]) * inverseDeviation.base[c] * weight.base[c] + bias.base[c]
            }
        }
    }

    /// The gradients of `forward`.
    ///
    /// - Parameters:
    ///   - input: `[M, C]`, as `forward` got it.
    ///   - outputGradient: `[M, C]`.
    ///   - weight: `[C]`.
    ///   - mean: What `forward` wrote.
    ///   - inverseDeviation: What `forward` wrote.
    ///   - inputGradient: `[M, C]`, overwritten; nil where nobody needs it.
    ///   - weightGradient: `[C]`, overwritten.
    ///   - biasGradient: `[C]`, overwritten.
    public static func backward(
        input: TensorSlice,
        outputGradient: TensorSlice,
        weight: TensorSlice,
        mean: TensorSlice,
        inverseDeviation: TensorSlice,
        inputGradient: TensorSlice?,
        weightGradient: TensorSlice,
        biasGradient: TensorSlice
    ) {
        let channels = weight.count
        let rows = input.count / channels
        for c in 0..<channels {
            var (sum, dot) = (0.0, 0.0)
            for m in 0..<rows {
                let gradient = Double(outputGradient.base[m * channels + c])
                sum += gradient
                dot += gradient * Double(input.base[m * channels + c] - mean.base[c])
            }
            biasGradient.base[c] = Float(sum)
            weightGradient.base[c] = Float(dot * Double(inverseDeviation.base[c]))
        }
        guard let inputGradient else { return }
        let scale = 1 / Float(rows)
        for start in stride(from: 0, to: input.count, by: channels) {
            let (x, g, target) = (input.base + start, outputGradient.base + start, inputGradient.base + start)
            for c in 0..<channels {
                let normalized = (x[c] - mean.base[c]) * inverseDeviation.base[c]
                let centered = g[c] - scale * (biasGradient.base[c] + normalized * weightGradient.base[c])
                target[c] = centered * weight.base[c] * inverseDeviation.base[c]
            }
        }
    }
}
