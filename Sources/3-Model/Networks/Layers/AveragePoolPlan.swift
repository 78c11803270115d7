import Kernels
import Tensors

/// The plan of `averagePool2d` and `globalAveragePool`.
struct AveragePoolPlan: LayerPlan {
    let shape: PoolingShape
    let outputShape: FeatureShape
    let receptiveField: ReceptiveField

    var forwardFLOPs: Int { shape.forwardFLOPs }

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
