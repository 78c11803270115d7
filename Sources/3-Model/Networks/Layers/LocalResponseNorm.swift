import Kernels
import Tensors

/// `x / (k + alpha / size · Σ x²)^beta`, where the sum is over `size` neighbouring channels of the same pixel (Krizhevsky et
/// al., "ImageNet classification with deep convolutional neural networks", 2012, section 3.3).
///
/// Pixels are independent: the result depends neither on the batch nor on virtual shards.
package struct LocalResponseNorm: Layer {
    package static let kind = "localResponseNorm"
    package var role: LayerRole { .pointwise }

    /// The number of channels in a sum.
    package let size: Int
    /// The factor of the mean square.
    package let alpha: Float
    /// The exponent.
    package let beta: Float
    /// The constant in the base.
    package let k: Float

    /// A layer; the defaults are PyTorch's.
    ///
    /// - Parameters:
    ///   - size: The number of channels in a sum, at least 1.
    ///   - alpha: The factor of the mean square, at least 0; by default 1e-4.
    ///   - beta: The exponent; by default 0.75.
    ///   - k: The constant in the base, above 0; by default 1.
    package init(size: Int, alpha: Float = 1e-4, beta: Float = 0.75, k: Float = 1) {
        precondition(size >= 1 && alpha >= 0 && k > 0, "localResponseNorm: size \(size), alpha \(alpha), k \(k) found")
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        let channels = try context.image(for: Self.kind).channels
        return Plan(
            outputShape: context.inputShape,
            normalizer: NeighbourNormalizer(channels: channels, size: size, alpha: alpha, beta: beta, k: k),
            maximumBatch: context.maximumBatch
        )
    }
}

private struct Plan: LayerPlan {
    let outputShape: FeatureShape
    let normalizer: NeighbourNormalizer
    let maximumBatch: Int

    var forwardFLOPs: Int { (2 * normalizer.size + 3) * outputShape.count }
    // The bases of the powers.
    var savedCount: Int { maximumBatch * outputShape.count }
    var scratchCount: Int { normalizer.scratchCount }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        normalizer.forward(input, into: output, bases: pass.saved.prefix(input.count), scratch: pass.scratch)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        normalizer.backward(
            input: input,
            outputGradient: gradients.output,
            bases: pass.saved.prefix(input.count),
            inputGradient: inputGradient,
            scratch: pass.scratch
        )
    }
}
