import Convolution
import Kernels
import Tensors

/// One layer with seeded numbers, run by a plan and by the oracle.
struct ConvolutionRun {
    let plan: ConvolutionPlan
    private let reference: ReferenceConvolution
    let input: AlignedBuffer
    private let weights: AlignedBuffer
    private let bias: AlignedBuffer
    private let outputGradient: AlignedBuffer
    private let batch: Int
    private let needsInputGradient: Bool

    init(
        layer: ConvolutionCase,
        epilogue: ConvolutionEpilogue,
        needsInputGradient: Bool,
        instructions: VectorInstructions
    ) {
        let shape = layer.shape
        self.needsInputGradient = needsInputGradient
        plan = ConvolutionPlan(
            shape: shape,
            epilogue: epilogue,
            needsInputGradient: needsInputGradient,
            instructions: instructions
        )
        reference = ReferenceConvolution(shape: shape, epilogue: epilogue, batch: layer.batch)
        batch = layer.batch
        input = Self.random(count: batch * shape.inputCount, index: 1)
        weights = Self.random(count: shape.weightCount, index: 2)
        bias = Self.random(count: shape.outputChannels, index: 3)
        outputGradient = Self.random(count: batch * plan.outputCount, index: 4)
    }

    /// Results of the plan: output, then the gradients of input, weights and bias.
    ///
    /// All memory that is to be overwritten starts as NaN.
    func results() -> [(name: String, values: [Float])] {
        let prepared = Self.unset(count: plan.preparedWeightCount)
        let saved = Self.unset(count: plan.savedCount(batch: batch))
        let scratch = Self.unset(count: plan.scratchCount)
        let output = Self.unset(count: batch * plan.outputCount)
        let inputGradient = Self.unset(count: input.count)
        let weightGradient = Self.unset(count: weights.count)
        let biasGradient = Self.unset(count: bias.count)
        plan.prepare(weights: weights.slice, into: prepared.slice)
        plan.forward(
            batch: batch,
            input: input.slice,
            prepared: prepared.slice,
            bias: bias.slice,
            output: output.slice,
            saved: saved.slice,
            scratch: scratch.slice
        )
        scratch.slice.fill(.nan)
        plan.backward(
            batch: batch,
            input: input.slice,
            output: output.slice,
            outputGradient: outputGradient.slice,
            prepared: prepared.slice,
            saved: saved.slice,
            inputGradient: needsInputGradient ? inputGradient.slice : nil,
            weightGradient: weightGradient.slice,
            biasGradient: biasGradient.slice,
            scratch: scratch.slice
        )
        return [
            ("output", output.slice.array), ("input gradient", inputGradient.slice.array),
            ("weight gradient", weightGradient.slice.array), ("bias gradient", biasGradient.slice.array),
        ]
    }

    /// The worst error of each result, as a share of the oracle's largest magnitude.
    func errors() -> [(name: String, error: Double)] {
        let sums = reference.sums(input: input.slice.array, weights: weights.slice.array, bias: bias.slice.array)
        let sumsGradient = reference.sumsGradient(sums: sums, outputGradient: outputGradient.slice.array)
        let gradients = reference.gradients(
            input: input.slice.array,
            weights: weights.slice.array,
            sumsGradient: sumsGradient
        )
        let expected = [reference.output(sums: sums), gradients.input, gradients.weights, gradients.bias]
        return zip(results(), expected).map { found, expected in
            (found.name, Self.worstError(found.values, expected))
        }.filter { needsInputGradient || $0.name != "input gradient" }
    }

    private static func worstError(_ found: [Float], _ expected: [Double]) -> Double {
        let scale = expected.reduce(1e-30) { max($0, $1.magnitude) }
        return zip(found, expected).reduce(0) { worst, pair in
            let error = (Double(pair.0) - pair.1).magnitude / scale
            return error <= worst ? worst : error
        }
    }

    private static func random(count: Int, index: Int) -> AlignedBuffer {
        var stream = RandomStream(seed: 11, purpose: .initialization, index: index)
        let buffer = AlignedBuffer(count: count)
        for i in 0..<count { buffer.slice[i] = 2 * stream.nextUniform() - 1 }
        return buffer
    }

    private static func unset(count: Int) -> AlignedBuffer {
        let buffer = AlignedBuffer(count: count)
        buffer.slice.fill(.nan)
        return buffer
    }
}
