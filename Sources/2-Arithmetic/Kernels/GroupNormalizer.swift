import CVectorKernels
package import Tensors

/// Normalization within each sample of `[N, P, C]`: over all pixels of each group of channels (Wu and He, "Group
/// normalization", 2018, equations 1 to 6), or over the whole sample (Ba et al., "Layer normalization", 2016).
///
/// Sums are in double precision.
package struct GroupNormalizer: Hashable, Sendable {
    /// P.
    package let pixels: Int
    /// C.
    package let channels: Int
    /// The number of groups of channels.
    package let groups: Int
    /// The number that is added to the variance.
    package let epsilon: Float
    /// Whether weights and biases are `[P, C]`, one per number, instead of `[C]`.
    package let isPerPixel: Bool

    /// A normalization.
    ///
    /// - Parameters:
    ///   - pixels: P.
    ///   - channels: C.
    ///   - groups: The number of groups of channels; divides C.
    ///   - epsilon: The number that is added to the variance.
    ///   - isPerPixel: Whether weights and biases are `[P, C]` instead of `[C]`.
    package init(pixels: Int, channels: Int, groups: Int, epsilon: Float, isPerPixel: Bool) {
        precondition(channels % groups == 0, "GroupNormalizer: \(groups) groups of \(channels) channels found")
        self.pixels = pixels
        self.channels = channels
        self.groups = groups
        self.epsilon = epsilon
        self.isPerPixel = isPerPixel
    }

    /// The number of weights, and of biases.
    package var weightCount: Int { isPerPixel ? pixels * channels : channels }

    /// Normalizes samples.
    ///
    /// - Parameters:
    ///   - batch: N.
    ///   - input: `[N, P, C]`.
    ///   - output: `[N, P, C]`, overwritten.
    ///   - weight: `weightCount` floats.
    ///   - bias: `weightCount` floats.
    ///   - mean: `[N, groups]`, overwritten.
    ///   - inverseStandardDeviation: `[N, groups]`, overwritten with `1 / √(variance + epsilon)`.
    package func forward(
        batch: Int,
        input: TensorSlice,
        output: TensorSlice,
        weight: TensorSlice,
        bias: TensorSlice,
        mean: TensorSlice,
        inverseStandardDeviation: TensorSlice
    ) {
        check(batch, input, output, mean, inverseStandardDeviation)
        let (x, y, m, d) = (input.base, output.base, mean.base, inverseStandardDeviation.base)
        withUnsafePointer(to: normalization(weight, bias)) { Self.kernels.normalizeGroups($0, batch, x, y, m, d) }
    }

    /// Computes the gradients of `forward`.
    ///
    /// - Parameters:
    ///   - batch: N.
    ///   - input: The input of `forward`.
    ///   - outputGradient: `[N, P, C]`.
    ///   - weight: The weights of `forward`.
    ///   - bias: The biases of `forward`.
    ///   - mean: The means that `forward` wrote.
    ///   - inverseStandardDeviation: The inverse standard deviations that `forward` wrote.
    ///   - inputGradient: `[N, P, C]`, overwritten, may be `outputGradient` itself; nil if it isn't needed.
    ///   - weightGradient: `weightCount` floats, overwritten.
    ///   - biasGradient: `weightCount` floats, overwritten.
    package func backward(
        batch: Int,
        input: TensorSlice,
        outputGradient: TensorSlice,
        weight: TensorSlice,
        bias: TensorSlice,
        mean: TensorSlice,
        inverseStandardDeviation: TensorSlice,
        inputGradient: TensorSlice?,
        weightGradient: TensorSlice,
        biasGradient: TensorSlice
    ) {
        check(batch, input, outputGradient, mean, inverseStandardDeviation)
        weightGradient.prefix(weightCount).fill(0)
        biasGradient.prefix(weightCount).fill(0)
        let (x, g, m, d) = (input.base, outputGradient.base, mean.base, inverseStandardDeviation.base)
        let (dx, dw, db) = (inputGradient?.base, weightGradient.base, biasGradient.base)
        withUnsafePointer(to: normalization(weight, bias)) {
            Self.kernels.normalizeGroupsGradient($0, batch, x, g, m, d, dx, dw, db)
        }
    }

    private func normalization(_ weight: TensorSlice, _ bias: TensorSlice) -> GroupNormalization {
        precondition(
            weight.count >= weightCount && bias.count >= weightCount,
            "GroupNormalizer: \(weight.count) weights and \(bias.count) biases found, \(weightCount) needed"
        )
        return GroupNormalization(
            pixels: pixels,
            channels: channels,
            groups: groups,
            epsilon: epsilon,
            weight: weight.base,
            bias: bias.base,
            isPerPixel: isPerPixel
        )
    }

    private func check(
        _ batch: Int,
        _ input: TensorSlice,
        _ output: TensorSlice,
        _ mean: TensorSlice,
        _ inverseStandardDeviation: TensorSlice
    ) {
        let count = batch * pixels * channels
        precondition(
            input.count == count && output.count == count
                && min(mean.count, inverseStandardDeviation.count) >= batch * groups,
            "GroupNormalizer: \(input.count) and \(output.count) floats found, \(count) needed"
        )
    }

    private static var kernels: VectorKernels { VectorInstructions.inUse.kernels }
}
