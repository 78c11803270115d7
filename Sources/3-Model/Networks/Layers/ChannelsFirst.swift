import Kernels
import Tensors

/// A flattened image in the order of files, channel by channel, and other vectors unchanged, so that equal positions in
/// two vectors are equal positions in PyTorch.
///
/// It is no layer of configurations; blocks that combine vectors use it.
package struct ChannelsFirst: Layer {
    package static let kind = "channelsFirst"
    package var role: LayerRole { .identity }

    init() {}

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        guard case .vector(let count, let image) = context.inputShape else {
            throw context.error("channelsFirst needs a vector; its input is an image of \(context.inputShape)")
        }
        return Plan(outputShape: .vector(count: count, image: nil), image: image)
    }
}

private struct Plan: LayerPlan {
    let outputShape: FeatureShape
    let image: FeatureShape.ImageExtent?

    var forwardFLOPs: Int { 0 }
    var storage: OutputStorage { image == nil ? .view : .separate }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        guard let image else { return output.copy(from: input) }
        let pixels = image.height * image.width
        for start in stride(from: 0, to: input.count, by: outputShape.count) {
            let sample = start..<start + outputShape.count
            transpose(
                MatrixView(input[sample], rows: pixels, columns: image.channels),
                into: MatrixView(output[sample], rows: image.channels, columns: pixels)
            )
        }
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        guard let image else { return inputGradient.copy(from: gradients.output) }
        let pixels = image.height * image.width
        for start in stride(from: 0, to: input.count, by: outputShape.count) {
            let sample = start..<start + outputShape.count
            transpose(
                MatrixView(gradients.output[sample], rows: image.channels, columns: pixels),
                into: MatrixView(inputGradient[sample], rows: pixels, columns: image.channels)
            )
        }
    }
}
