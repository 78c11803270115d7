/// Batch normalization over a virtual shard, of each channel of `[N, C, L]` or each number of `[N, F]`: `batchNorm2d`
/// of an image with one row, or with one pixel.
package struct BatchNorm1D: ParametricLayer {
    package static let kind = "batchNorm1d"
    package var role: LayerRole { .pointwise }

    /// The normalization.
    package let normalization: BatchNorm2D
    package var tensors = LayerTensors()

    /// A layer that treats channels of a sequence, or numbers of a vector, as `normalization` does channels of an image.
    package init(_ normalization: BatchNorm2D) { self.normalization = normalization }

    /// A layer; the parameters are those of `BatchNorm2D`.
    package init(epsilon: Float = 1e-5, momentum: Float = 0.1, hasWeight: Bool = true, hasBias: Bool = true) {
        self.init(BatchNorm2D(epsilon: epsilon, momentum: momentum, hasWeight: hasWeight, hasBias: hasBias))
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        switch context.inputShape {
        case .image(_, _, let channels):
            try context.requireSequence(for: Self.kind, elseUse: BatchNorm2D.kind)
            return normalization.plan(channels: channels, context)
        case .vector(let count, let image):
            return normalization.plan(channels: count, layout: image.map { .image($0) } ?? .sameAsFile, context)
        }
    }
}
