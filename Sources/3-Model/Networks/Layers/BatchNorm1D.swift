/// Batch normalization over a virtual shard, of each channel of `[N, C, L]` or each number of `[N, F]`: `batchNorm2d`
/// of an image with one row, or with one pixel.
package struct BatchNorm1D: Layer {
    package static let kind = "batchNorm1d"
    package var role: LayerRole { .pointwise }

    /// The normalization.
    package let normalization: BatchNorm2D

    /// A layer; the defaults are PyTorch's.
    ///
    /// - Parameters:
    ///   - epsilon: The number that is added to the variance, above 0; by default 1e-5.
    ///   - momentum: The weight of a batch in the running statistics, from 0 to 1; by default 0.1.
    ///   - hasWeight: Whether each channel has a trained scale; by default it does.
    ///   - hasBias: Whether each channel has a trained shift; by default it does.
    package init(epsilon: Float = 1e-5, momentum: Float = 0.1, hasWeight: Bool = true, hasBias: Bool = true) {
        normalization = BatchNorm2D(epsilon: epsilon, momentum: momentum, hasWeight: hasWeight, hasBias: hasBias)
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        switch context.inputShape {
        case .image(_, _, let channels):
            try context.requireSequence(for: Self.kind, elseUse: BatchNorm2D.kind)
            return normalization.plan(channels: channels, context)
        case .vector(let count, let image):
            // Running statistics are saved in memory order, which for a flattened image isn't that of files.
            guard image == nil || image?.channels == count else {
                throw context.error("\(Self.kind) can't follow flatten", hint: "put it before it, or behind linear")
            }
            return normalization.plan(channels: count, context)
        }
    }
}
