import CVectorKernels
import Convolution
import Kernels
import Tensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The computations for the fingerprint: each kernel of a training step, with shapes for each of its algorithms.
final class NumericsSamples {
    private static let poolCount = 1 << 17
    private let pool = AlignedBuffer(count: poolCount)
    /// Slices don't keep their buffers alive.
    private var buffers: [AlignedBuffer] = []

    init() {
        // Integers of 24 bits, divided by a power of two: exact on every processor.
        var word: UInt32 = 1
        for index in 0..<Self.poolCount {
            word = word &* 1_664_525 &+ 1_013_904_223
            pool.slice.base[index] = Float(Int32(bitPattern: word) >> 8) * 0x1p-23
        }
    }

    func digest(of part: NumericsFingerprint.Part) -> UInt64 {
        defer { buffers.removeAll() }
        var digest = Digest()
        switch part {
        case .products: addProducts(to: &digest)
        case .convolutions: addConvolutions(to: &digest)
        case .normalization: addNormalization(to: &digest)
        case .exponentials: addExponentials(to: &digest)
        case .updates: addUpdates(to: &digest)
        case .libraryFunctions: addLibraryFunctions(to: &digest)
        }
        return digest.value
    }

    /// Numbers in -1 ..< 1, always the same.
    private func inputs(_ count: Int, from start: Int = 0) -> TensorSlice { pool.slice[start..<start + count] }

    private func zeros(_ count: Int) -> TensorSlice {
        let buffer = AlignedBuffer(count: count)
        buffers.append(buffer)
        return buffer.slice
    }

    private func copy(_ count: Int, from start: Int = 0) -> TensorSlice {
        let slice = zeros(count)
        slice.copy(from: inputs(count, from: start))
        return slice
    }

    // MARK: Products

    /// Small and large ones, deeper than what OpenBLAS adds up at a time, with a single row, and transposed.
    private func addProducts(to digest: inout Digest) {
        for (rows, columns, depth) in [
            (16, 48, 27), (64, 96, 1024), (1, 64, 512), (512, 10, 64), (33, 65, 129), (128, 128, 128),
        ] {
            let left = inputs(rows * depth)
            let right = inputs(depth * columns, from: 7)
            let result = zeros(rows * columns)
            let target = MatrixView(result, rows: rows, columns: columns)
            for isLeftTransposed in [false, true] {
                for isRightTransposed in [false, true] {
                    multiply(
                        isLeftTransposed
                            ? MatrixView(left, rows: depth, columns: rows).transposed
                            : MatrixView(left, rows: rows, columns: depth),
                        isRightTransposed
                            ? MatrixView(right, rows: columns, columns: depth).transposed
                            : MatrixView(right, rows: depth, columns: columns),
                        into: target
                    )
                    digest.add(result)
                }
            }
        }
    }

    // MARK: Convolutions

    /// One of each algorithm, forward and backward.
    private func addConvolutions(to digest: inout Digest) {
        let direct = ConvolutionShape(
            inputHeight: 12,
            inputWidth: 12,
            inputChannels: 3,
            outputChannels: 16,
            kernelHeight: 3,
            kernelWidth: 3,
            padding: 1
        )
        addConvolution(direct, .relu, needsInputGradient: false, to: &digest)
        var winograd = direct
        (winograd.inputChannels, winograd.outputChannels) = (16, 32)
        addConvolution(winograd, .reluMaxPool2, needsInputGradient: true, to: &digest)
        var patches = winograd
        (patches.strideHeight, patches.strideWidth) = (2, 2)
        addConvolution(patches, .none, needsInputGradient: true, to: &digest)
    }

    private func addConvolution(
        _ shape: ConvolutionShape,
        _ epilogue: ConvolutionEpilogue,
        needsInputGradient: Bool,
        to digest: inout Digest
    ) {
        let batch = 3
        let plan = ConvolutionPlan(shape: shape, epilogue: epilogue, needsInputGradient: needsInputGradient)
        let input = copy(batch * shape.inputCount)
        let bias = copy(shape.outputChannels, from: 100)
        let prepared = zeros(plan.preparedWeightCount)
        let output = zeros(batch * plan.outputCount)
        let outputGradient = copy(batch * plan.outputCount, from: 1000)
        let saved = zeros(max(plan.savedCount(batch: batch), 1))
        let scratch = zeros(max(plan.scratchCount, 1))
        let inputGradient = zeros(batch * shape.inputCount)
        let weightGradient = zeros(shape.weightCount)
        let biasGradient = zeros(shape.outputChannels)
        plan.prepare(weights: copy(shape.weightCount, from: 500), into: prepared)
        plan.forward(
            ForwardPass(
                batch: batch,
                input: input,
                prepared: prepared,
                bias: bias,
                output: output,
                saved: saved,
                scratch: scratch
            )
        )
        digest.add(output)
        plan.backward(
            BackwardPass(
                batch: batch,
                input: input,
                output: output,
                outputGradient: outputGradient,
                prepared: prepared,
                saved: saved,
                inputGradient: needsInputGradient ? inputGradient : nil,
                weightGradient: weightGradient,
                biasGradient: biasGradient,
                scratch: scratch
            )
        )
        for result in [inputGradient, weightGradient, biasGradient] { digest.add(result) }
    }

    // MARK: Layers, loss and optimizer

    private func addNormalization(to digest: inout Digest) {
        let (rows, channels) = (96, 24)
        let (weight, bias) = (inputs(channels), inputs(channels, from: 30))
        let (input, outputGradient) = (inputs(rows * channels), inputs(rows * channels, from: 77))
        let output = zeros(rows * channels)
        let inputGradient = zeros(rows * channels)
        let ofChannels = (0..<5).map { _ in zeros(channels) }
        BatchNormalization.forward(
            input: input,
            output: output,
            weight: weight,
            bias: bias,
            mean: ofChannels[0],
            variance: ofChannels[4],
            inverseStandardDeviation: ofChannels[1],
            epsilon: 1e-5,
            activation: .relu
        )
        BatchNormalization.backward(
            input: input,
            outputGradient: outputGradient,
            weight: weight,
            bias: bias,
            mean: ofChannels[0],
            inverseStandardDeviation: ofChannels[1],
            activation: .relu,
            inputGradient: inputGradient,
            weightGradient: ofChannels[2],
            biasGradient: ofChannels[3]
        )
        let means = zeros(channels)
        Pooling.average(
            .whole(pixelCount: input.count / channels, channels: channels),
            batch: 1,
            input: input,
            output: means
        )
        let sums = zeros(channels)
        Elementwise.sumRows(of: input, into: sums)
        for result in [output, inputGradient] + ofChannels + [means, sums] { digest.add(result) }
    }

    private func addExponentials(to digest: inout Digest) {
        for (rows, classCount) in [(32, 10), (8, 100)] {
            let logits = copy(rows * classCount, from: 11)
            for index in 0..<logits.count { logits.base[index] *= 20 }
            let gradient = zeros(rows * classCount)
            let sums = SoftmaxCrossEntropy.evaluate(
                logits: logits,
                labels: (0..<rows).map { Int32($0 % classCount) }[...],
                classCount: classCount,
                smoothing: 0.1,
                scale: 0.25,
                gradient: gradient
            )
            digest.add(UInt64(sums.loss.bitPattern))
            digest.add(gradient)
        }
    }

    private func addUpdates(to digest: inout Digest) {
        let count = 1003
        let (parameters, gradient) = (copy(count), inputs(count, from: 41))
        let (first, second) = (copy(count, from: 5), zeros(count))
        for weightDecay in [Float(0), 0.01] {
            let adam = AdamStep(
                correctedLearningRate: 0.003,
                gradientScale: 0.7,
                beta1: 0.9,
                beta2: 0.999,
                epsilon: 1e-8,
                secondMomentCorrection: 0.3,
                weightDecay: weightDecay,
                parameterScale: 0.999
            )
            OptimizerUpdate.apply(
                adam,
                parameters: parameters,
                gradient: gradient,
                firstMoment: first,
                secondMoment: second
            )
            let sgd = SGDStep(
                learningRate: 0.05,
                gradientScale: 0.7,
                momentum: 0.9,
                weightDecay: weightDecay,
                isNesterov: weightDecay > 0
            )
            OptimizerUpdate.apply(sgd, parameters: parameters, gradient: gradient, velocity: first)
        }
        for result in [parameters, first, second] { digest.add(result) }
        digest.add(Elementwise.squaredNorm(of: gradient).bitPattern)
    }

    /// What schedules, losses and Adam's correction take from the C library.
    private func addLibraryFunctions(to digest: inout Digest) {
        for index in 1...64 {
            let x = Double(index) / 7
            for value in [pow(0.999, x), cos(x), log(x), exp(-x), pow(0.9, Double(index)), x.squareRoot()] {
                digest.add(value.bitPattern)
            }
        }
    }
}

extension Digest {
    fileprivate mutating func add(_ slice: TensorSlice) {
        add(UnsafeBufferPointer(start: slice.base, count: slice.count))
    }
}
