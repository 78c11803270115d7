import CVectorKernels
package import Tensors

/// Local response normalization: each number is divided by a power of the sum of squares of neighbouring channels
/// (Krizhevsky et al., "ImageNet classification", 2012, section 3.3): `x / (k + alpha / size · Σ x²)^beta`, as in
/// PyTorch.
package struct NeighbourNormalizer: Hashable, Sendable {
    /// C.
    package let channels: Int
    /// The number of channels in a sum; those beyond the first and the last channel are 0.
    package let size: Int
    /// The factor of the mean square.
    package let alpha: Float
    /// The exponent.
    package let beta: Float
    /// The constant in the base; above 0.
    package let k: Float

    /// A normalization.
    ///
    /// - Parameters:
    ///   - channels: C.
    ///   - size: The number of channels in a sum, at least 1.
    ///   - alpha: The factor of the mean square, at least 0.
    ///   - beta: The exponent.
    ///   - k: The constant in the base, above 0.
    package init(channels: Int, size: Int, alpha: Float, beta: Float, k: Float) {
        precondition(
            size >= 1 && alpha >= 0 && k > 0,
            "NeighbourNormalizer: size \(size), alpha \(alpha), k \(k) found"
        )
        self.channels = channels
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
    }

    /// Floats of scratch.
    package var scratchCount: Int { channels + 2 * size }

    /// Normalizes pixels.
    ///
    /// - Parameters:
    ///   - input: `[M, C]`.
    ///   - output: `[M, C]`, overwritten.
    ///   - bases: `[M, C]`, overwritten with the bases of the powers.
    ///   - scratch: `scratchCount` floats.
    package func forward(_ input: TensorSlice, into output: TensorSlice, bases: TensorSlice, scratch: TensorSlice) {
        check(input, output, bases, scratch)
        withUnsafePointer(to: normalization) {
            Self.kernels.normalizeNeighbours(
                $0,
                input.count / channels,
                input.base,
                output.base,
                bases.base,
                scratch.base
            )
        }
    }

    /// Computes the gradient with respect to the input.
    ///
    /// - Parameters:
    ///   - input: The input of `forward`.
    ///   - outputGradient: `[M, C]`.
    ///   - bases: The bases that `forward` wrote.
    ///   - inputGradient: `[M, C]`, overwritten; may be `outputGradient` itself.
    ///   - scratch: `scratchCount` floats.
    package func backward(
        input: TensorSlice,
        outputGradient: TensorSlice,
        bases: TensorSlice,
        inputGradient: TensorSlice,
        scratch: TensorSlice
    ) {
        check(input, outputGradient, bases, scratch)
        Elementwise.requireEqualCounts("NeighbourNormalizer", input, inputGradient)
        withUnsafePointer(to: normalization) {
            Self.kernels.normalizeNeighboursGradient(
                $0,
                input.count / channels,
                input.base,
                outputGradient.base,
                bases.base,
                inputGradient.base,
                scratch.base
            )
        }
    }

    private var normalization: NeighbourNormalization {
        NeighbourNormalization(channels: channels, size: size, alpha: alpha, beta: beta, k: k)
    }

    private func check(_ input: TensorSlice, _ output: TensorSlice, _ bases: TensorSlice, _ scratch: TensorSlice) {
        precondition(
            input.count == output.count && bases.count >= input.count && scratch.count >= scratchCount,
            "NeighbourNormalizer: \(input.count), \(output.count) and \(bases.count) floats found, equal needed"
        )
    }

    private static var kernels: VectorKernels { VectorInstructions.inUse.kernels }
}
