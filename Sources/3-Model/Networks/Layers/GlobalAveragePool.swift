import Kernels
import Tensors

/// Each channel's mean over the whole image: from `[N, H, W, C]` to `[N, C]`.
package struct GlobalAveragePool: Layer {
    package static let kind = "globalAveragePool"
    package var role: LayerRole { .pooling }

    /// The mean.
    package init() {}

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        let image = try context.image(for: Self.kind)
        return Plan(
            outputShape: .vector(count: image.channels, image: nil),
            rows: image.height,
            columns: image.width
        )
    }
}

private struct Plan: LayerPlan {
    let outputShape: FeatureShape
    let rows: Int
    let columns: Int

    var forwardFLOPs: Int { rows * columns * outputShape.count }
    var receptiveField: ReceptiveField { .whole(rows: rows, columns: columns) }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        Pooling.globalAverage(input, channels: outputShape.count, batch: pass.batch, into: output)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        Pooling.globalAverageBackward(
            gradients.output,
            channels: outputShape.count,
            batch: pass.batch,
            inputGradient: inputGradient
        )
    }
}
