import CVectorKernels
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SoftmaxVectorTests {
    @Test(arguments: KernelSweep.instructions)
    func exponentialsAreWithinTwoUnitsInTheLastPlace(instructions: Int) {
        let inputs = (0...200_000).map { Float($0) * -0.0005 } + (0...1000).map { Float($0) * 0.088 }
        let (values, result) = (Guarded(inputs), Guarded(inputs))
        _ = KernelSweep.kernels(instructions).exponentials(inputs.count, values.base, 0, result.base)
        var worst = 0.0
        for (x, found) in zip(inputs, result.array) {
            let expected = exp(Double(x))
            worst = max(worst, abs(Double(found) - expected) / Double(Float(expected).ulp))
        }
        #expect(worst <= 2)
        #expect(result.isIntact)
    }

    @Test(arguments: KernelSweep.instructions, KernelSweep.counts)
    func sumsCountEveryExponentialOnce(instructions: Int, count: Int) {
        let (values, result) = (KernelSweep.unaligned(count), KernelSweep.unaligned(count))
        let sum = KernelSweep.kernels(instructions).exponentials(count, values.base, 1, result.base)
        expectClose(result.array, values.array.map { Float(exp(Double($0) - 1)) }, absolute: 0, relative: 3e-7)
        expectClose([sum], [Float(result.array.reduce(0.0) { $0 + Double($1) })], absolute: 0, relative: 1e-6)
        #expect(result.isIntact)
    }

    @Test(arguments: KernelSweep.instructions)
    func exponentialsOfVeryNegativeNumbersAreZeroAndNaNStays(instructions: Int) {
        let (values, result) = (Guarded([-105, -.infinity, .nan, 0]), Guarded([1, 1, 1, 0]))
        let sum = KernelSweep.kernels(instructions).exponentials(4, values.base, 0, result.base)
        #expect(result.slice[0] == 0 && result.slice[1] == 0 && result.slice[2].isNaN && result.slice[3] == 1)
        #expect(sum.isNaN)
    }

    @Test func lossAndGradientEqualTheFormula() {
        let (classCount, smoothing): (Int, Float) = (10, 0.1)
        let logits = KernelSweep.unaligned(3 * classCount)
        let gradient = KernelSweep.unaligned(3 * classCount)
        let labels: [Int32] = [0, 9, 4]
        let sums = SoftmaxCrossEntropy.evaluate(
            logits: logits.slice,
            labels: labels[...],
            classCount: classCount,
            smoothing: smoothing,
            scale: 0.5,
            gradient: gradient.slice
        )
        var loss = 0.0
        var expected: [Float] = []
        for (n, label) in labels.enumerated() {
            let row = logits.array[n * classCount..<(n + 1) * classCount].map(Double.init)
            let total = row.reduce(0) { $0 + exp($1) }
            for k in 0..<classCount {
                let target = Double(smoothing) / 10 + (k == Int(label) ? 1 - Double(smoothing) : 0)
                loss -= target * log(exp(row[k]) / total)
                expected.append(Float((exp(row[k]) / total - target) * 0.5))
            }
        }
        expectClose([sums.loss], [Float(loss)], relative: 1e-6)
        expectClose(gradient.array, expected, absolute: 1e-7)
    }
}
