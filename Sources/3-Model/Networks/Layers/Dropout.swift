package import Configuration
import Kernels
package import Tensors

/// Zeroes each number with a given probability in training and scales the others up (Srivastava et al., 2014).
///
/// Which numbers go is a function of (seed, epoch, sample, layer), so it is the same on any number of ranks.
package struct Dropout: Layer {
    package static let kind = "dropout"

    package let outputShape: FeatureShape
    private let probability: Float
    private let lane: Int
    private let maximumBatch: Int

    /// Drops with `probability` (default 0.5).
    package init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        probability = Float(try options.number("probability", default: 0.5, in: 0...0.999))
        lane = context.lane
        maximumBatch = context.maximumBatch
        outputShape = context.inputShape
    }

    package var cost: LayerCost { LayerCost(forwardFLOPs: outputShape.count) }

    package var savedCount: Int { maximumBatch * outputShape.count }

    package func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
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

    package func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let inputGradient = gradients.input else { return }
        if case .evaluation = pass.mode { return inputGradient.copy(from: gradients.output) }
        Elementwise.multiply(gradients.output, by: pass.saved.prefix(output.count), into: inputGradient)
    }
}
