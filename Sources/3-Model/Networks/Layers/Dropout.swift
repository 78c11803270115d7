import Kernels
import Tensors

/// Zeroes each value with a given probability in training, and scales the others up (Srivastava et al., "Dropout",
/// 2014).
///
/// The choice of values is a function of (seed, epoch, sample, layer), so it is the same on any number of ranks.
package struct Dropout: Layer {
    package static let kind = "dropout"
    package var role: LayerRole { .identity }

    /// The probability with which a value is zeroed.
    package let probability: Float

    /// A dropout layer.
    ///
    /// - Parameter probability: The probability with which a value is zeroed, from 0 to below 1; by default one half.
    package init(probability: Float = 0.5) {
        precondition(0..<1 ~= probability, "dropout: probability \(probability) found, 0 ..< 1 needed")
        self.probability = probability
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        Plan(
            outputShape: context.inputShape,
            probability: probability,
            lane: context.lane,
            maximumBatch: context.maximumBatch
        )
    }
}

private struct Plan: LayerPlan {
    let outputShape: FeatureShape
    let probability: Float
    let lane: Int
    let maximumBatch: Int

    var forwardFLOPs: Int { outputShape.count }

    var savedCount: Int { maximumBatch * outputShape.count }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        guard case .training(let coordinates, _) = pass.mode else { return output.copy(from: input) }
        let mask = pass.saved.prefix(output.count)
        let scale = 1 / (1 - probability)
        for (n, sample) in coordinates.samples.enumerated() {
            var random = RandomStream(
                seed: coordinates.seed,
                purpose: .dropout,
                epoch: coordinates.epoch,
                index: Int(sample),
                lane: lane
            )
            let row = mask[n * outputShape.count..<(n + 1) * outputShape.count]
            for i in 0..<row.count { row[i] = random.nextUniform() < probability ? 0 : scale }
        }
        Elementwise.multiply(input, by: mask, into: output)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        if case .evaluation = pass.mode { return inputGradient.copy(from: gradients.output) }
        Elementwise.multiply(gradients.output, by: pass.saved.prefix(output.count), into: inputGradient)
    }
}
