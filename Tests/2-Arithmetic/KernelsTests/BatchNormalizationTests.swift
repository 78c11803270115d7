import Kernels
import Tensors
import TestSupport
import Testing

/// Batch normalization compared with its definition in double precision.
@Suite(.timeLimit(.minutes(10))) struct BatchNormalizationTests {
    private static let sizes = [
        (rows: 2, channels: 1), (3, 7), (35, 5), (17, 16), (64, 33), (1001, 3), (5, 65), (300, 64),
    ]
    private static let epsilon = 1e-5

    private struct Oracle {
        let mean: [Double]
        let variance: [Double]
        let inverseStandardDeviation: [Double]
        let normalized: [Double]

        init(_ input: [Float], channels: Int) {
            let rows = input.count / channels
            let input = input.map { Double($0) }
            func means(_ value: (Int) -> Double) -> [Double] {
                (0..<channels).map { c in
                    stride(from: c, to: input.count, by: channels).reduce(0) { $0 + value($1) } / Double(rows)
                }
            }
            let mean = means { input[$0] }
            let variance = means { (input[$0] - mean[$0 % channels]) * (input[$0] - mean[$0 % channels]) }
            let inverse = variance.map { 1 / ($0 + epsilon).squareRoot() }
            self.mean = mean
            self.variance = variance
            inverseStandardDeviation = inverse
            normalized = input.indices.map { (input[$0] - mean[$0 % channels]) * inverse[$0 % channels] }
        }
    }

    /// The inputs are far from 0, so that sums of squares in single precision would not give the variance.
    @Test(arguments: sizes)
    func outputAndGradientsEqualTheDefinition(size: (rows: Int, channels: Int)) {
        let (rows, channels) = size
        let count = rows * channels
        let input = buffer(randomValues(count, index: 1).enumerated().map { 2 * $1 + Float($0 % channels % 7) * 10 })
        let weight = buffer(randomValues(channels, index: 2).map { $0 + 1.5 })
        let bias = buffer(randomValues(channels, index: 3))
        let (mean, inverse, output) = (unsetBuffer(channels), unsetBuffer(channels), unsetBuffer(count))
        let variance = unsetBuffer(channels)
        BatchNormalization.forward(
            input: input.slice,
            output: output.slice,
            weight: weight.slice,
            bias: bias.slice,
            mean: mean.slice,
            variance: variance.slice,
            inverseStandardDeviation: inverse.slice,
            epsilon: Float(Self.epsilon)
        )
        let oracle = Oracle(input.array, channels: channels)
        expectClose(mean.array, oracle.mean.map { Float($0) }, absolute: 1e-7, relative: 1e-6)
        expectClose(inverse.array, oracle.inverseStandardDeviation.map { Float($0) }, absolute: 0, relative: 1e-5)
        expectClose(variance.array, oracle.variance.map { Float($0) }, absolute: 0, relative: 1e-5)
        let expected = (0..<count).map { index in
            let c = index % channels
            return Float(oracle.normalized[index] * Double(weight.slice[c]) + Double(bias.slice[c]))
        }
        // Inputs around 60 have rounding errors of 4e-6, which a standard deviation of 1 doesn't change.
        expectClose(output.array, expected, absolute: 3e-5, relative: 1e-5)

        let gradient = buffer(randomValues(count, index: 4))
        let inputGradient = unsetBuffer(count)
        let (weightGradient, biasGradient) = (unsetBuffer(channels), unsetBuffer(channels))
        func backward(into inputGradient: TensorSlice?) {
            BatchNormalization.backward(
                input: input.slice,
                outputGradient: gradient.slice,
                weight: weight.slice,
                bias: bias.slice,
                mean: mean.slice,
                inverseStandardDeviation: inverse.slice,
                inputGradient: inputGradient,
                weightGradient: weightGradient.slice,
                biasGradient: biasGradient.slice
            )
        }
        backward(into: inputGradient.slice)
        let parameterGradients = weightGradient.array + biasGradient.array
        var (sums, dots) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels))
        for index in 0..<count {
            sums[index % channels] += Double(gradient.slice[index])
            dots[index % channels] += Double(gradient.slice[index]) * oracle.normalized[index]
        }
        let largest = Float(rows)
        expectClose(biasGradient.array, sums.map { Float($0) }, absolute: 1e-6 * largest, relative: 1e-6)
        expectClose(weightGradient.array, dots.map { Float($0) }, absolute: 1e-5 * largest, relative: 1e-5)
        let expectedGradient = (0..<count).map { index in
            let c = index % channels
            let mean = (sums[c] + oracle.normalized[index] * dots[c]) / Double(rows)
            return Float(
                (Double(gradient.slice[index]) - mean) * Double(weight.slice[c]) * oracle.inverseStandardDeviation[c]
            )
        }
        let steepest = inverse.array.reduce(0, max)
        expectClose(inputGradient.array, expectedGradient, absolute: 2e-5 * steepest, relative: 1e-5)

        backward(into: nil)
        #expect(weightGradient.array + biasGradient.array == parameterGradients)
    }

    @Test(arguments: sizes)
    func applyUsesTheGivenStatistics(size: (rows: Int, channels: Int)) {
        let (rows, channels) = size
        let input = buffer(randomValues(rows * channels, index: 1))
        let parts = (2...5).map { index in buffer(randomValues(channels, index: index)) }
        let output = unsetBuffer(rows * channels)
        BatchNormalization.apply(
            input: input.slice,
            output: output.slice,
            weight: parts[0].slice,
            bias: parts[1].slice,
            mean: parts[2].slice,
            inverseStandardDeviation: parts[3].slice
        )
        let expected = (0..<rows * channels).map { index in
            let part = parts.map { Double($0.slice[index % channels]) }
            return Float((Double(input.slice[index]) - part[2]) * part[3] * part[0] + part[1])
        }
        expectClose(output.array, expected, absolute: 1e-6, relative: 1e-6)
    }
}
