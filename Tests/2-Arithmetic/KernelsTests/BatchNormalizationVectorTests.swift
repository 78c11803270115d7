import CVectorKernels
import Kernels
import Tensors
import TestSupport
import Testing

/// The vector kernels compared with sums in double precision, one channel at a time.
@Suite(.timeLimit(.minutes(10))) struct BatchNormalizationVectorTests {
    private static let rows = 37

    @Test(arguments: KernelSweep.instructions, KernelSweep.channels)
    func statisticsAreAccurateWhenTheMeanIsAThousandStandardDeviations(instructions: Int, channels: Int) {
        let input = KernelSweep.unaligned(Self.rows * channels)
        for i in 0..<input.slice.count { input.slice[i] = 1000 + input.slice[i] }
        let (mean, inverse) = (KernelSweep.unaligned(channels), KernelSweep.unaligned(channels))
        let variance = KernelSweep.unaligned(channels)
        let kernels = KernelSweep.kernels(instructions)
        kernels.normalizationMoments(Self.rows, channels, input.base, 1e-5, mean.base, variance.base, inverse.base)
        let expected = ReferenceNormalization(input.array, channels: channels, epsilon: 1e-5)
        expectClose(mean.array, expected.means.map(Float.init), absolute: 0, relative: 1e-7)
        expectClose(inverse.array, expected.inverseStandardDeviations.map(Float.init), absolute: 0, relative: 1e-6)
        expectClose(variance.array, expected.variances.map(Float.init), absolute: 0, relative: 1e-6)
        #expect(mean.isIntact && variance.isIntact && inverse.isIntact)
    }

    @Test(arguments: KernelSweep.instructions, KernelSweep.channels)
    func outputsAndGradientsEqualTheFormulas(instructions: Int, channels: Int) {
        for (activation, appliesReLU) in [(activationIdentity, false), (activationReLU, true)] {
            let run = NormalizationRun(rows: Self.rows, channels: channels, activation: activation)
            run.perform(KernelSweep.kernels(instructions))
            let reference = ReferenceNormalization(run.input.array, channels: channels, epsilon: 1e-5)
            let (weight, bias) = (run.weight.array, run.bias.array)
            let output = reference.output(weight: weight, bias: bias)
            let rectified = output.map { appliesReLU ? max($0, 0) : $0 }
            expectClose(run.output.array, rectified, absolute: 2e-6, relative: 1e-6)
            // At ReLU's kink, the computed and the expected output may be on different sides of zero.
            let masked = zip(run.gradient.array, run.output.array).map { !appliesReLU || $1 > 0 ? $0 : 0 }
            let expected = reference.gradients(masked, weight: weight)
            expectClose(run.biasGradient.array, expected.bias, absolute: 1e-6, relative: 1e-6)
            expectClose(run.weightGradient.array, expected.weight, absolute: 1e-5, relative: 1e-5)
            expectClose(run.inputGradient.array, expected.input, absolute: 1e-5, relative: 1e-5)
            #expect(run.isIntact)
        }
    }

    /// The backward pass computes the activation's input again; it must be the same.
    @Test(arguments: KernelSweep.instructions, KernelSweep.channels)
    func anActivationInTheSamePassGivesTheBitsOfOneAfterwards(instructions: Int, channels: Int) {
        let kernels = KernelSweep.kernels(instructions)
        for kind in activationReLU.rawValue...activationTanhGELU.rawValue {
            let activation = ActivationKind(rawValue: kind)
            let fused = NormalizationRun(rows: Self.rows, channels: channels, activation: activation)
            fused.perform(kernels)
            let plain = NormalizationRun(rows: Self.rows, channels: channels, activation: activationIdentity)
            let count = plain.output.slice.count
            let (gradient, output) = (plain.gradient.base, KernelSweep.unaligned(count))
            plain.perform(kernels)
            kernels.activate(activation, NormalizationRun.parameter, count, plain.output.base, output.base)
            kernels.activationGradient(
                activation,
                NormalizationRun.parameter,
                count,
                plain.output.base,
                gradient,
                gradient
            )
            plain.perform(kernels)
            for (name, found, expected) in [
                ("output", fused.output, output), ("input's gradient", fused.inputGradient, plain.inputGradient),
                ("weight's gradient", fused.weightGradient, plain.weightGradient),
                ("bias's gradient", fused.biasGradient, plain.biasGradient),
            ] {
                #expect(
                    found.array.map(\.bitPattern) == expected.array.map(\.bitPattern),
                    "\(name), activation \(kind)"
                )
            }
        }
    }
}

/// One pass forward and backward.
private struct NormalizationRun {
    let rows, channels: Int
    let activation: ActivationKind
    /// Of activations that have one.
    static let parameter: Float = 0.25
    let input, output, gradient, inputGradient: Guarded
    let weight, bias, mean, variance, inverse, weightGradient, biasGradient: Guarded

    init(rows: Int, channels: Int, activation: ActivationKind) {
        (self.rows, self.channels, self.activation) = (rows, channels, activation)
        func matrix(_ index: Int) -> Guarded { KernelSweep.unaligned(rows * channels, index: index) }
        func row(_ index: Int) -> Guarded { KernelSweep.unaligned(channels, index: index) }
        (input, output, gradient, inputGradient) = (matrix(1), matrix(2), matrix(3), matrix(4))
        (weight, bias, mean, variance, inverse) = (row(5), row(6), row(7), row(11), row(8))
        (weightGradient, biasGradient) = (row(9), row(10))
    }

    func perform(_ kernels: VectorKernels) {
        kernels.normalizationMoments(rows, channels, input.base, 1e-5, mean.base, variance.base, inverse.base)
        var normalization = Normalization(
            channels: channels,
            weight: weight.base,
            bias: bias.base,
            mean: mean.base,
            inverseStandardDeviation: inverse.base,
            activation: activation,
            activationParameter: Self.parameter
        )
        let (dw, db) = (weightGradient.base, biasGradient.base)
        kernels.normalize(&normalization, rows, input.base, output.base)
        kernels.normalizationParameterGradients(&normalization, rows, input.base, gradient.base, dw, db)
        kernels.normalizationInputGradient(
            &normalization,
            rows,
            input.base,
            gradient.base,
            dw,
            db,
            inputGradient.base
        )
    }

    var isIntact: Bool {
        [output, inputGradient, mean, variance, inverse, weightGradient, biasGradient].allSatisfy(\.isIntact)
    }
}

/// Ioffe and Szegedy's formulas in double precision.
private struct ReferenceNormalization {
    let input: [Float]
    let channels: Int
    private(set) var means: [Double] = []
    private(set) var variances: [Double] = []
    private(set) var inverseStandardDeviations: [Double] = []

    init(_ input: [Float], channels: Int, epsilon: Double) {
        self.input = input
        self.channels = channels
        for c in 0..<channels {
            let column = stride(from: c, to: input.count, by: channels).map { Double(input[$0]) }
            let mean = column.reduce(0, +) / Double(column.count)
            let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count)
            means.append(mean)
            variances.append(variance)
            inverseStandardDeviations.append(1 / (variance + epsilon).squareRoot())
        }
    }

    private func normalized(_ i: Int) -> Double {
        (Double(input[i]) - means[i % channels]) * inverseStandardDeviations[i % channels]
    }

    func output(weight: [Float], bias: [Float]) -> [Float] {
        input.indices.map { Float(normalized($0) * Double(weight[$0 % channels]) + Double(bias[$0 % channels])) }
    }

    func gradients(_ gradient: [Float], weight: [Float]) -> (input: [Float], weight: [Float], bias: [Float]) {
        let rows = Double(input.count / channels)
        var (weightSums, biasSums) = (Array(repeating: 0.0, count: channels), Array(repeating: 0.0, count: channels))
        for i in gradient.indices {
            biasSums[i % channels] += Double(gradient[i])
            weightSums[i % channels] += Double(gradient[i]) * normalized(i)
        }
        let inputGradient = gradient.indices.map { i in
            let c = i % channels
            let centered = Double(gradient[i]) - (biasSums[c] + normalized(i) * weightSums[c]) / rows
            return Float(centered * Double(weight[c]) * inverseStandardDeviations[c])
        }
        return (inputGradient, weightSums.map(Float.init), biasSums.map(Float.init))
    }
}
