import Kernels

/// The largest value of each channel: from `[N, H, W, C]` to `[N, C]`.
package struct GlobalMaxPool: Layer {
    package static let kind = "globalMaxPool"
    package var role: LayerRole { .pooling }

    /// The layer.
    package init() {}

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        let image = try context.image(for: Self.kind)
        let pixelCount = image.height * image.width
        guard pixelCount <= PoolingShape.windowLimit else {
            throw context.error(
                "\(Self.kind) takes up to \(PoolingShape.windowLimit) pixels; its input has \(pixelCount)",
                hint: "put a maxPool2d before it"
            )
        }
        return MaxPoolPlan(
            shape: .whole(pixelCount: pixelCount, channels: image.channels),
            outputShape: .vector(count: image.channels, image: nil),
            receptiveField: .whole(rows: image.height, columns: image.width),
            maximumBatch: context.maximumBatch
        )
    }
}
