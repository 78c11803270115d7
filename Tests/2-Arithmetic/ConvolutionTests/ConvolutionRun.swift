import Convolution
import Kernels
import Tensors
import Testing

/// One layer with seeded numbers, run by a plan and by the oracle.
struct ConvolutionRun {
    let plan: ConvolutionPlan
    private let reference: ReferenceConvolution
    let input: GuardedMemory
    private let weights: GuardedMemory
    private let bias: GuardedMemory
    private let outputGradient: GuardedMemory
    private let batch: Int
    private let needsInputGradient: Bool

    init(
        layer: ConvolutionCase,
        epilogue: ConvolutionEpilogue,
        needsInputGradient: Bool,
        instructions: VectorInstructions,
        values: ConvolutionValues = .random
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
        switch values {
        case .random: break
        case .sparse:
            Self.thin(input, channels: shape.inputChannels, index: 5)
            Self.thin(outputGradient, channels: shape.outputChannels, index: 6)
        case .zeroInput: input.slice.fill(0)
        case .zeroInputAndBias:
            input.slice.fill(0)
            bias.slice.fill(0)
        }
    }

    /// Results of the plan: output, then the gradients of input, weights and bias.
    ///
    /// All memory that must be overwritten starts as NaN.
    func results() -> [(name: String, values: [Float])] {
        let prepared = GuardedMemory(count: plan.preparedWeightCount)
        let saved = GuardedMemory(count: plan.savedCount(batch: batch))
        let scratch = GuardedMemory(count: plan.scratchCount)
        let output = GuardedMemory(count: batch * plan.outputCount)
        let inputGradient = GuardedMemory(count: input.slice.count)
        let weightGradient = GuardedMemory(count: weights.slice.count)
        let biasGradient = GuardedMemory(count: bias.slice.count)
        plan.prepare(weights: weights.slice, into: prepared.slice)
        plan.forward(
            ForwardPass(
                batch: batch,
                input: input.slice,
                prepared: prepared.slice,
                bias: bias.slice,
                output: output.slice,
                saved: saved.slice,
                scratch: scratch.slice
            )
        )
        scratch.slice.fill(.nan)
        plan.backward(
            BackwardPass(
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
        )
        for written in [prepared, saved, scratch, output, inputGradient, weightGradient, biasGradient] {
            #expect(written.isIntact, "nothing is written beyond a tensor")
        }
        return [
            ("output", output.slice.array), ("input gradient", inputGradient.slice.array),
            ("weight gradient", weightGradient.slice.array), ("bias gradient", biasGradient.slice.array),
        ]
    }

    /// The indices of the weights whose products are all 0, and of those whose gradient is 0 in the plan.
    func zeroWeightGradients() -> (expected: [Int], found: [Int]) {
        let (expected, found) = (expectedResults()[2], results()[2].values)
        return (expected.indices.filter { expected[$0] == 0 }, found.indices.filter { found[$0] == 0 })
    }

    /// The largest error of each result, as a fraction of the oracle's largest magnitude.
    ///
    /// - Parameter oracle: What `expectedResults` gave for the same layer, epilogue and values; by default it is called.
    /// - Returns: The errors, in the order of `results`.
    func errors(against oracle: [[Double]]? = nil) -> [(name: String, error: Double)] {
        zip(results(), oracle ?? expectedResults()).map { found, expected in
            (found.name, Self.worstError(found.values, expected))
        }.filter { needsInputGradient || $0.name != "input gradient" }
    }

    /// The oracle's results, in the order of `results`.
    func expectedResults() -> [[Double]] {
        let sums = reference.sums(input: input.slice.array, weights: weights.slice.array, bias: bias.slice.array)
        let sumsGradient = reference.sumsGradient(sums: sums, outputGradient: outputGradient.slice.array)
        let gradients = reference.gradients(
            input: input.slice.array,
            weights: weights.slice.array,
            sumsGradient: sumsGradient
        )
        return [reference.output(sums: sums), gradients.input, gradients.weights, gradients.bias]
    }

    private static func worstError(_ found: [Float], _ expected: [Double]) -> Double {
        let scale = expected.reduce(1e-30) { max($0, $1.magnitude) }
        return zip(found, expected).reduce(0) { worst, pair in
            let error = (Double(pair.0) - pair.1).magnitude / scale
            return error <= worst ? worst : error
        }
    }

    private static func random(count: Int, index: Int) -> GuardedMemory {
        var stream = RandomStream(seed: 11, purpose: .initialization, index: index)
        let buffer = GuardedMemory(count: count)
        for i in 0..<count { buffer.slice[i] = 2 * stream.nextUniform() - 1 }
        return buffer
    }

    /// Leaves every third channel unchanged, sets the next one to 0 nearly everywhere, and the next one to 0.
    private static func thin(_ values: GuardedMemory, channels: Int, index: Int) {
        var stream = RandomStream(seed: 11, purpose: .initialization, index: index)
        for i in 0..<values.slice.count {
            let isKept = stream.nextUniform() < 0.02
            if i % channels % 3 == 2 || (i % channels % 3 == 1 && !isKept) { values.slice[i] = 0 }
        }
    }
}
