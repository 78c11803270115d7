import Kernels
import Tensors

/// The plan of `maxPool2d` and `globalMaxPool`.
struct MaxPoolPlan: LayerPlan {
    let shape: PoolingShape
    let outputShape: FeatureShape
    let receptiveField: ReceptiveField
    let maximumBatch: Int

    var forwardFLOPs: Int { shape.forwardFLOPs }
    var epilogue: LayerEpilogue? { shape.isHalving ? .maxPool2 : nil }
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
