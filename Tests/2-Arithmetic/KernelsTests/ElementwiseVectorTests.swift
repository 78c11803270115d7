import CVectorKernels
import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ElementwiseVectorTests {
    @Test(arguments: KernelSweep.instructions, KernelSweep.counts)
    func everyResultEqualsTheScalarOperation(instructions: Int, count: Int) {
        let kernels = KernelSweep.kernels(instructions)
        let (a, b) = (KernelSweep.unaligned(count, index: 1), KernelSweep.unaligned(count, index: 2))
        let result = KernelSweep.unaligned(count, index: 3)
        kernels.relu(count, a.base, result.base)
        #expect(result.array == a.array.map { max($0, 0) })
        kernels.maskGradient(count, a.base, b.base, result.base)
        #expect(result.array == zip(a.array, b.array).map { $0 > 0 ? $1 : 0 })
        kernels.add(count, a.base, b.base, result.base)
        #expect(result.array == zip(a.array, b.array).map { $0 + $1 })
        kernels.multiply(count, a.base, b.base, result.base)
        #expect(result.array == zip(a.array, b.array).map { $0 * $1 })
        #expect(result.isIntact)
    }

    @Test(arguments: KernelSweep.instructions, KernelSweep.counts)
    func squaredNormIsSummedInDoublePrecision(instructions: Int, count: Int) {
        let values = KernelSweep.unaligned(count)
        let expected = values.array.reduce(0.0) { $0 + Double($1) * Double($1) }
        let found = KernelSweep.kernels(instructions).squaredNorm(count, values.base)
        #expect(abs(found - expected) <= 1e-13 * expected)
    }

    @Test(arguments: KernelSweep.instructions, KernelSweep.counts)
    func aNonFiniteFloatIsFoundAtEveryPosition(instructions: Int, count: Int) {
        let kernels = KernelSweep.kernels(instructions)
        let values = KernelSweep.unaligned(count)
        values.slice[0] = .greatestFiniteMagnitude
        #expect(kernels.allFinite(count, values.base))
        for index in [0, count / 2, count - 1] {
            for strange in [Float.nan, .infinity, -.infinity] {
                let usual = values.slice[index]
                values.slice[index] = strange
                #expect(!kernels.allFinite(count, values.base))
                values.slice[index] = usual
            }
        }
    }

    @Test(arguments: KernelSweep.instructions)
    func reluKeepsNaN(instructions: Int) {
        let values = Guarded([.nan, -1, 2])
        KernelSweep.kernels(instructions).relu(3, values.base, values.base)
        #expect(values.slice[0].isNaN && values.array.dropFirst() == [0, 2])
    }
}
