import Kernels

/// Layer normalization of each sample over all its numbers, with a scale and a shift for each of them (Ba et al.,
/// "Layer normalization", 2016; PyTorch's with the shape `[C, H, W]` or `[F]`).
///
/// Samples are independent: the result depends neither on the batch nor on virtual shards.
package struct LayerNorm: ParametricLayer {
    package static let kind = "layerNorm"
    package var role: LayerRole { .pointwise }

    /// The number that is added to the variance.
    package let epsilon: Float
    /// Whether each number has a trained scale; otherwise it is 1.
    package let hasWeight: Bool
    /// Whether each number has a trained shift; otherwise it is 0.
    package let hasBias: Bool
    package var tensors = LayerTensors()

    /// A layer; the defaults are PyTorch's.
    ///
    /// - Parameters:
    ///   - epsilon: The number that is added to the variance, above 0; by default 1e-5.
    ///   - hasWeight: Whether each number has a trained scale; by default it does.
    ///   - hasBias: Whether each number has a trained shift; by default it does.
    package init(epsilon: Float = 1e-5, hasWeight: Bool = true, hasBias: Bool = true) {
        precondition(epsilon > 0, "layerNorm: epsilon \(epsilon) found, above 0 needed")
        self.epsilon = epsilon
        self.hasWeight = hasWeight
        self.hasBias = hasBias
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        let count = context.inputShape.count
        guard count > 1 else { throw context.error("layerNorm needs more than one number; its input has \(count)") }
        let (shape, layout): ([Int], ParameterLayout) =
            switch context.inputShape {
            case .image(let height, let width, let channels):
                (
                    [channels, height, width],
                    .image(FeatureShape.ImageExtent(height: height, width: width, channels: channels))
                )
            case .vector(_, let image): ([count], image.map { .image($0) } ?? .sameAsFile)
            }
        return GroupNormPlan(
            GroupNormalizer(pixels: 1, channels: count, groups: 1, epsilon: epsilon, isPerPixel: true),
            ScaleAndShift(shape: shape, layout: layout, hasWeight: hasWeight, hasBias: hasBias, context),
            context
        )
    }
}
