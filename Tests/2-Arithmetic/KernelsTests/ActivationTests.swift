import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

/// Activations against the C library's double-precision functions.
@Suite(.timeLimit(.minutes(10))) struct ActivationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let activation: Activation
        let value: @Sendable (Double) -> Double
        let slope: @Sendable (Double) -> Double
        var testDescription: String { "\(activation)" }
    }

    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    private static func share(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }
    private static func exponent(_ x: Double) -> Double {
        2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
    }

    private static let cases = [
        Case(activation: .relu, value: { max($0, 0) }, slope: { $0 > 0 ? 1 : 0 }),
        Case(
            activation: .leakyReLU(negativeSlope: 0.25),
            value: { $0 < 0 ? $0 / 4 : $0 },
            slope: { $0 > 0 ? 1 : 0.25 }
        ),
        Case(
            activation: .elu(alpha: 1.5),
            value: { $0 < 0 ? 1.5 * expm1($0) : $0 },
            slope: { $0 > 0 ? 1 : 1.5 * exp($0) }
        ),
        Case(activation: .sigmoid, value: sigmoid, slope: { sigmoid($0) * sigmoid(-$0) }),
        Case(activation: .tanh, value: { tanh($0) }, slope: { 1 / (cosh($0) * cosh($0)) }),
        Case(
            activation: .silu,
            value: { $0 * sigmoid($0) },
            slope: { sigmoid($0) * (1 + $0 * sigmoid(-$0)) }
        ),
        Case(
            activation: .gelu,
            value: { $0 * share($0) },
            slope: { share($0) + $0 * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot() }
        ),
        Case(
            activation: .tanhGELU,
            value: { $0 * sigmoid(exponent($0)) },
            slope: { x in
                let (share, step) = (
                    sigmoid(exponent(x)), 2 * (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * x * x)
                )
                return share + x * step * share * sigmoid(-exponent(x))
            }
        ),
    ]

    /// Densely from -20 to 20, and far beyond.
    private static let inputs =
        (-200_000...200_000).map { Float($0) * 1e-4 } + [1e-30, -1e-30, 60, -60, 300, -300, 1e6, -1e6]

    @Test(arguments: cases)
    func valuesAreExactToSixDigits(_ test: Case) {
        let (input, output) = (Guarded(Self.inputs), Guarded(Self.inputs))
        test.activation.apply(to: input.slice, into: output.slice)
        #expect(Self.worstError(output.array, test.value, floor: 1e-3) < 1e-6)
        #expect(output.isIntact)
    }

    @Test(arguments: cases)
    func derivativesAreExactToSixDecimals(_ test: Case) {
        let input = Guarded(Self.inputs)
        let gradient = Guarded(Self.inputs.map { _ in 1 })
        test.activation.backward(input: input.slice, gradient: gradient.slice, into: gradient.slice)
        #expect(Self.worstError(gradient.array, test.slope, floor: 1) < 1e-6)
        #expect(gradient.isIntact)
    }

    /// Relative to the value, or to `floor` if that is larger: derivatives cross 0.
    private static func worstError(_ found: [Float], _ expected: (Double) -> Double, floor: Double) -> Double {
        zip(inputs, found).reduce(0) { worst, pair in
            let expected = expected(Double(pair.0))
            let error = abs(Double(pair.1) - expected) / max(abs(expected), floor)
            return error <= worst ? worst : error
        }
    }

    @Test(arguments: cases)
    func whatIsNotANumberStays(_ test: Case) {
        let (input, output) = (Guarded([.nan, 1]), Guarded([0, 0]))
        test.activation.apply(to: input.slice, into: output.slice)
        #expect(output.slice[0].isNaN && output.slice[1].isFinite)
    }

    /// Each float alone, in the remainder of a vector or not, at every width.
    @Test(arguments: cases, KernelSweep.counts)
    func eachFloatIsTheSameBitsWhereverItStands(_ test: Case, count: Int) {
        let input = KernelSweep.unaligned(count)
        let (output, single) = (KernelSweep.unaligned(count), KernelSweep.unaligned(count))
        test.activation.apply(to: input.slice, into: output.slice)
        for i in 0..<count { test.activation.apply(to: input.slice[i..<i + 1], into: single.slice[i..<i + 1]) }
        #expect(output.array.map(\.bitPattern) == single.array.map(\.bitPattern))
        #expect(output.isIntact)
    }
}
