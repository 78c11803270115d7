import Kernels

/// Each channel's mean over the whole image: from `[N, H, W, C]` to `[N, C]`.
package struct GlobalAveragePool: Layer {
    package static let kind = "globalAveragePool"
    package var role: LayerRole { .pooling }

    /// The layer.
    package init() {}

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        let image = try context.image(for: Self.kind)
        return AveragePoolPlan(
            shape: .whole(pixelCount: image.height * image.width, channels: image.channels),
            outputShape: .vector(count: image.channels, image: nil),
            receptiveField: .whole(rows: image.height, columns: image.width)
        )
    }
}
