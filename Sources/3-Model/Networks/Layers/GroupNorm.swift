import Kernels

/// Normalization of each sample over the pixels of each group of channels, with a scale and a shift for each channel (Wu and
/// He, "Group normalization", 2018).
///
/// Each sample is by itself: the result depends on neither the batch nor the virtual shards.
package struct GroupNorm: Layer {
    package static let kind = "groupNorm"
    package var role: LayerRole { .pointwise }

    /// Into how many groups the channels are cut.
    package let groups: Int
    /// What is added to the variance.
    package let epsilon: Float
    /// Whether each channel has a trained scale; else it is 1.
    package let hasWeight: Bool
    /// Whether each channel has a trained shift; else it is 0.
    package let hasBias: Bool

    /// A normalization; defaults are PyTorch's.
    ///
    /// - Parameters:
    ///   - groups: Into how many groups the channels are cut, a divisor of the input's channels.
    ///   - epsilon: What is added to the variance, above 0; by default 1e-5.
    ///   - hasWeight: Whether each channel has a trained scale; by default so.
    ///   - hasBias: Whether each channel has a trained shift; by default so.
    package init(groups: Int, epsilon: Float = 1e-5, hasWeight: Bool = true, hasBias: Bool = true) {
        precondition(groups >= 1 && epsilon > 0, "groupNorm: \(groups) groups, epsilon \(epsilon) found")
        self.groups = groups
        self.epsilon = epsilon
        self.hasWeight = hasWeight
        self.hasBias = hasBias
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        let image = try context.image(for: Self.kind)
        guard image.channels % groups == 0 else {
            throw context.error(
                "\(groups) groups don't divide the input's \(image.channels) channels",
                option: "groups"
            )
        }
        let pixels = image.height * image.width
        guard pixels * image.channels / groups > 1 else {
            throw context.error(
                "groups of one number can't be normalized; the input is \(context.inputShape)",
                option: "groups"
            )
        }
        return GroupNormPlan(
            GroupNormalizer(
                pixels: pixels,
                channels: image.channels,
                groups: groups,
                epsilon: epsilon,
                isPerPixel: false
            ),
            hasWeight: hasWeight,
            hasBias: hasBias,
            shape: [image.channels],
            context
        )
    }
}
