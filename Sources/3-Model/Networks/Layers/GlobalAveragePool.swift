import Kernels
import Tensors

/// Each channel's mean over the whole image: from `[N, H, W, C]` to `[N, C]`.
package struct GlobalAveragePool: Layer {
    package static let kind = "globalAveragePool"
    package var role: LayerRole { .pooling }

    /// A pooling layer.
    package init() {}

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        let image = try context.image(for: Self.kind)
        return Plan(image: image, shape: .whole(pixelCount: image.height * image.width, channels: image.channels))
    }
}

private struct Plan: LayerPlan {
    let image: FeatureShape.ImageExtent
    let shape: PoolingShape

    var outputShape: FeatureShape { .vector(count: image.channels, image: nil) }
    var forwardFLOPs: Int { shape.forwardFLOPs }
    var receptiveField: ReceptiveField { .whole(rows: image.height, columns: image.width) }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Pooling.average(shape, batch: pass.batch, input: input, output: output)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Pooling.averageBackward(
            shape,
            batch: pass.batch,
            outputGradient: gradients.output,
            inputGradient: inputGradient
        )
    }
}
