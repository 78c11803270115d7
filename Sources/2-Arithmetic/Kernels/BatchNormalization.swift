import CVectorKernels
package import Tensors

/// Batch normalization over every position of `[M, C]`, where M counts samples times pixels.
///
/// Ioffe and Szegedy, "Batch Normalization", 2015, algorithm 1 and the gradients after it. Sums are in double
/// precision, because they are over tens of thousands of positions. A following activation is computed in the same pass,
/// and its input isn't stored: the backward pass computes it again.
package enum BatchNormalization {
    /// Normalizes by the batch's own statistics.
    ///
    /// - Parameters:
    ///   - input: `[M, C]`.
    ///   - output: `[M, C]`, overwritten: `weight · (x - mean) / √(variance + epsilon) + bias`.
    ///   - weight: `[C]`.
    ///   - bias: `[C]`.
    ///   - mean: `[C]`, overwritten.
    ///   - variance: `[C]`, overwritten with the mean squared distance from the mean.
    ///   - inverseStandardDeviation: `[C]`, overwritten with `1 / √(variance + epsilon)`.
    ///   - epsilon: Keeps the root away from zero.
    ///   - activation: What is applied to the output; nil for nothing.
    package static func forward(
        input: TensorSlice,
        output: TensorSlice,
        weight: TensorSlice,
        bias: TensorSlice,
        mean: TensorSlice,
        variance: TensorSlice,
        inverseStandardDeviation: TensorSlice,
        epsilon: Float,
        activation: Activation? = nil
    ) {
        let channels = weight.count
        require(mean, inverseStandardDeviation, channels)
        require(variance, weight, channels)
        kernels.normalizationMoments(
            input.count / channels,
            channels,
            input.base,
            epsilon,
            mean.base,
            variance.base,
            inverseStandardDeviation.base
        )
        apply(
            input: input,
            output: output,
            weight: weight,
            bias: bias,
            mean: mean,
            inverseStandardDeviation: inverseStandardDeviation,
            activation: activation
        )
    }

    /// Normalizes with given statistics: evaluation, or the last part of `forward`.
    ///
    /// - Parameters:
    ///   - input: `[M, C]`.
    ///   - output: `[M, C]`, overwritten.
    ///   - weight: `[C]`.
    ///   - bias: `[C]`.
    ///   - mean: `[C]`.
    ///   - inverseStandardDeviation: `[C]`.
    ///   - activation: What is applied to the output; nil for nothing.
    package static func apply(
        input: TensorSlice,
        output: TensorSlice,
        weight: TensorSlice,
        bias: TensorSlice,
        mean: TensorSlice,
        inverseStandardDeviation: TensorSlice,
        activation: Activation? = nil
    ) {
        Elementwise.requireEqualCounts("BatchNormalization", input, output)
        let map = normalization(weight, bias, mean, inverseStandardDeviation, activation)
        withUnsafePointer(to: map) { kernels.normalize($0, input.count / weight.count, input.base, output.base) }
    }

    /// The gradients of `forward`.
    ///
    /// - Parameters:
    ///   - input: `[M, C]`, as `forward` got it.
    ///   - outputGradient: `[M, C]`; with some activations overwritten.
    ///   - weight: `[C]`.
    ///   - bias: `[C]`.
    ///   - mean: As written by `forward`.
    ///   - inverseStandardDeviation: As written by `forward`.
    ///   - activation: As given to `forward`.
    ///   - inputGradient: `[M, C]`, overwritten, may be `outputGradient` itself; nil if it isn't needed.
    ///   - weightGradient: `[C]`, overwritten.
    ///   - biasGradient: `[C]`, overwritten.
    package static func backward(
        input: TensorSlice,
        outputGradient: TensorSlice,
        weight: TensorSlice,
        bias: TensorSlice,
        mean: TensorSlice,
        inverseStandardDeviation: TensorSlice,
        activation: Activation? = nil,
        inputGradient: TensorSlice?,
        weightGradient: TensorSlice,
        biasGradient: TensorSlice
    ) {
        Elementwise.requireEqualCounts("BatchNormalization", input, outputGradient)
        require(weightGradient, biasGradient, weight.count)
        let rows = input.count / weight.count
        let (x, g, dw, db) = (input.base, outputGradient.base, weightGradient.base, biasGradient.base)
        withUnsafePointer(to: normalization(weight, bias, mean, inverseStandardDeviation, activation)) { map in
            kernels.normalizationParameterGradients(map, rows, x, g, dw, db)
            guard let inputGradient else { return }
            Elementwise.requireEqualCounts("BatchNormalization", input, inputGradient)
            kernels.normalizationInputGradient(map, rows, x, g, dw, db, inputGradient.base)
        }
    }

    private static var kernels: VectorKernels { VectorInstructions.inUse.kernels }

    private static func normalization(
        _ weight: TensorSlice,
        _ bias: TensorSlice,
        _ mean: TensorSlice,
        _ inverseStandardDeviation: TensorSlice,
        _ activation: Activation?
    ) -> Normalization {
        require(weight, bias, weight.count)
        require(mean, inverseStandardDeviation, weight.count)
        let (kind, parameter) = activation?.kernel ?? (activationIdentity, 0)
        return Normalization(
            channels: weight.count,
            weight: weight.base,
            bias: bias.base,
            mean: mean.base,
            inverseStandardDeviation: inverseStandardDeviation.base,
            activation: kind,
            activationParameter: parameter
        )
    }

    private static func require(_ first: TensorSlice, _ second: TensorSlice, _ channels: Int) {
        precondition(
            first.count >= channels && second.count >= channels,
            "BatchNormalization: \(first.count) and \(second.count) floats found, \(channels) channels needed"
        )
    }
}
