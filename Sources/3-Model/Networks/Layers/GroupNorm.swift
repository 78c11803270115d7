import Kernels

/// Normalization of each sample over the pixels of each group of channels, with a scale and a shift for each channel (Wu and
/// He, "Group normalization", 2018).
///
/// Samples are independent: the result depends neither on the batch nor on virtual shards.
package struct GroupNorm: ParametricLayer {
    package static let kind = "groupNorm"
    package var role: LayerRole { .pointwise }

    /// The number of groups of channels.
    package let groups: Int
    /// The number that is added to the variance.
    package let epsilon: Float
    /// Whether each channel has a trained scale; otherwise it is 1.
    package let hasWeight: Bool
    /// Whether each channel has a trained shift; otherwise it is 0.
    package let hasBias: Bool
    package var tensors = LayerTensors()

    /// A layer; the defaults are PyTorch's.
    ///
    /// - Parameters:
    ///   - groups: The number of groups of channels, a divisor of the input's channels.
    ///   - epsilon: The number that is added to the variance, above 0; by default 1e-5.
    ///   - hasWeight: Whether each channel has a trained scale; by default it does.
    ///   - hasBias: Whether each channel has a trained shift; by default it does.
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
            ScaleAndShift(shape: [image.channels], hasWeight: hasWeight, hasBias: hasBias, context),
            context
        )
    }
}
