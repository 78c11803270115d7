import Kernels
import Tensors

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
        return Plan(
            image: image,
            shape: .whole(pixelCount: pixelCount, channels: image.channels),
            maximumBatch: context.maximumBatch
        )
    }
}

private struct Plan: LayerPlan {
    let image: FeatureShape.ImageExtent
    let shape: PoolingShape
    let maximumBatch: Int

    var outputShape: FeatureShape { .vector(count: image.channels, image: nil) }
    var forwardFLOPs: Int { shape.forwardFLOPs }
    var receptiveField: ReceptiveField { .whole(rows: image.height, columns: image.width) }
    var savedCount: Int { shape.winnerCount(batch: maximumBatch) }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Pooling.max(shape, batch: pass.batch, input: input, output: output, winners: pass.saved)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Pooling.maxBackward(
            shape,
            batch: pass.batch,
            outputGradient: gradients.output,
            winners: pass.saved,
            inputGradient: inputGradient
        )
    }
}
