import Networks
import Tensors
import Testing

/// Layers with the memory for one shard.
///
/// All memory that a pass must overwrite starts as NaN.
final class LayerRun {
    /// The gradients of one backward pass.
    struct Gradients {
        /// With respect to the input, `[N, H, W, C]`; empty if it wasn't computed.
        let input: [Float]
        /// With respect to each parameter, in file order.
        let parameters: [String: [Float]]
    }

    let sequence: Sequential
    let inputShape: FeatureShape
    let parameterBuffer: AlignedBuffer
    private let needsInputGradient: Bool
    let runningStatistics: AlignedBuffer
    /// The statistics that the last training pass added.
    let statisticSums: AlignedBuffer
    private let prepared: AlignedBuffer
    private let saved: AlignedBuffer
    private let scratch: AlignedBuffer

    init(
        _ layers: [any Layer],
        on inputShape: FeatureShape,
        maximumBatch: Int,
        needsInputGradient: Bool = true,
        fusesLayers: Bool = false
    ) throws {
        let context = LayerContext(
            inputShape: inputShape,
            maximumBatch: maximumBatch,
            needsInputGradient: needsInputGradient,
            fusesLayers: fusesLayers
        )
        var sequence = try Sequential(layers, context: context)
        let (_, parameterCount, statisticCount) = sequence.placeTensors()
        self.sequence = sequence
        self.inputShape = inputShape
        self.needsInputGradient = needsInputGradient
        statisticSums = AlignedBuffer(count: statisticCount)
        parameterBuffer = AlignedBuffer(count: parameterCount)
        runningStatistics = AlignedBuffer(count: statisticCount)
        prepared = unsetBuffer(count: sequence.preparedCount)
        saved = unsetBuffer(count: sequence.savedCount)
        scratch = unsetBuffer(count: sequence.scratchCount)
        for statistic in sequence.statistics {
            runningStatistics.slice[statistic.range].fill(statistic.initialValue)
        }
    }

    /// Stores each parameter's values, given in file order.
    func setParameters(_ values: (Parameter) -> [Float]) {
        for parameter in sequence.parameters { parameter.store(values(parameter), in: parameterBuffer.slice) }
    }

    /// The output for some samples: in training with `coordinates`, in evaluation if they are nil.
    func output(of input: [Float], samples coordinates: SampleCoordinates?) -> [Float] {
        let (_, output, _) = run(input, samples: coordinates)
        return withExtendedLifetime(output) { output.slice.array }
    }

    /// The output and the gradients; in training by default.
    func outputAndGradients(
        of input: [Float],
        samples coordinates: SampleCoordinates? = nil,
        inEvaluation isEvaluation: Bool = false,
        outputGradient: (Int) -> [Float]
    ) -> (output: [Float], gradients: Gradients) {
        let batch = input.count / inputShape.count
        let coordinates = isEvaluation ? nil : coordinates ?? trainingSamples(batch)
        let (inputs, output, pass) = run(input, samples: coordinates)
        let result = output.slice.array
        scratch.slice.fill(.nan)
        let gradient = AlignedBuffer(count: result.count)
        gradient.slice.copy(from: outputGradient(result.count))
        let inputGradient = needsInputGradient ? unsetBuffer(count: input.count) : nil
        let parameterGradient = unsetBuffer(count: parameterBuffer.count)
        let gradients = LayerGradients(
            output: gradient.slice,
            input: inputGradient?.slice,
            parameters: parameterGradient.slice
        )
        sequence.backward(input: inputs.slice, output: output.slice, gradients: gradients, pass: pass)
        #expect(inputs.slice.array == input, "a pass leaves its input as it is")
        let values = sequence.parameters.map { ($0.name, $0.values(in: parameterGradient.slice)) }
        return (
            result,
            Gradients(
                input: inputGradient?.slice.array ?? [],
                parameters: Dictionary(uniqueKeysWithValues: values)
            )
        )
    }

    private func run(
        _ input: [Float],
        samples: SampleCoordinates?
    ) -> (input: AlignedBuffer, output: AlignedBuffer, pass: LayerPass) {
        let batch = input.count / inputShape.count
        let inputs = AlignedBuffer(count: input.count)
        inputs.slice.copy(from: input)
        let output = unsetBuffer(count: batch * sequence.outputShape.count)
        sequence.prepare(parameters: parameterBuffer.slice, into: prepared.slice)
        let pass = LayerPass(
            batch: batch,
            mode: samples.map { .training($0, statisticSums: statisticSums.slice) } ?? .evaluation,
            parameters: parameterBuffer.slice,
            runningStatistics: runningStatistics.slice,
            prepared: prepared.slice,
            saved: saved.slice,
            scratch: scratch.slice
        )
        sequence.forward(inputs.slice, into: output.slice, pass: pass)
        return (inputs, output, pass)
    }
}

/// A 3×3 convolution with padding `same`.
func convolution(_ outputChannels: Int, stride: Int = 1, bias: Bool = true) -> Conv2D {
    Conv2D(outputChannels: outputChannels, kernel: 3, stride: Extent(stride), padding: .same, hasBias: bias)
}

/// The coordinates of the first samples of a data set, in the first epoch.
func trainingSamples(_ batch: Int) -> SampleCoordinates {
    SampleCoordinates(seed: 1, epoch: 0, samples: (0..<Int32(batch)).map { $0 }[...])
}

/// Numbers in -1 ..< 1.
func randomValues(_ count: Int, index: Int) -> [Float] {
    var stream = RandomStream(seed: 17, purpose: .initialization, index: index)
    return (0..<count).map { _ in 2 * stream.nextUniform() - 1 }
}

/// Samples of a shape, from channels-last memory to PyTorch's order.
func channelsFirst(_ values: [Float], shape: FeatureShape) -> [Float] {
    guard case .image(let height, let width, let channels) = shape else { return values }
    let pixels = height * width
    return values.indices.map { index in
        let (sample, feature) = index.quotientAndRemainder(dividingBy: shape.count)
        let (channel, pixel) = feature.quotientAndRemainder(dividingBy: pixels)
        return values[sample * shape.count + pixel * channels + channel]
    }
}

private func unsetBuffer(count: Int) -> AlignedBuffer {
    let buffer = AlignedBuffer(count: count)
    buffer.slice.fill(.nan)
    return buffer
}
