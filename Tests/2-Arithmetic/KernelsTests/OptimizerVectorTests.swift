import CVectorKernels
import Kernels
import Tensors
import TestSupport
import Testing

/// The vector kernels compared with the formulas, one parameter at a time.
@Suite(.timeLimit(.minutes(10))) struct OptimizerVectorTests {
    @Test(arguments: KernelSweep.instructions, KernelSweep.counts)
    func gradientDescentEqualsTheFormula(instructions: Int, count: Int) {
        for isNesterov in [false, true] {
            let (w, g) = (KernelSweep.unaligned(count, index: 1), KernelSweep.unaligned(count, index: 2))
            let v = KernelSweep.unaligned(count, index: 3)
            let (oldW, oldV) = (w.array, v.array)
            let step = SGDStep(
                learningRate: 0.1,
                gradientScale: 0.5,
                momentum: 0.9,
                weightDecay: 0.01,
                isNesterov: isNesterov
            )
            KernelSweep.kernels(instructions).stepSGD(step, count, g.base, v.base, w.base)
            let directions = zip(g.array, oldW).map { 0.5 * $0 + 0.01 * $1 }
            let velocities = zip(oldV, directions).map { 0.9 * $0 + $1 }
            let moves = isNesterov ? zip(directions, velocities).map { $0 + 0.9 * $1 } : velocities
            expectClose(v.array, velocities, absolute: 1e-6)
            expectClose(w.array, zip(oldW, moves).map { $0 - 0.1 * $1 }, absolute: 1e-6)
            #expect(w.isIntact && v.isIntact)
        }
    }

    @Test(arguments: KernelSweep.instructions, KernelSweep.counts)
    func adamEqualsTheFormula(instructions: Int, count: Int) {
        let (w, g) = (KernelSweep.unaligned(count, index: 1), KernelSweep.unaligned(count, index: 2))
        let (m, v) = (KernelSweep.unaligned(count, index: 3), KernelSweep.unaligned(count, index: 4))
        for i in 0..<count { v.slice[i] = v.slice[i].magnitude }
        let (oldW, oldM, oldV) = (w.array, m.array, v.array)
        let step = AdamStep(
            correctedLearningRate: 0.01,
            gradientScale: 0.5,
            beta1: 0.9,
            beta2: 0.99,
            epsilon: 1e-3,
            secondMomentCorrection: 0.3,
            weightDecay: 0.02,
            parameterScale: 0.98
        )
        KernelSweep.kernels(instructions).stepAdam(step, count, g.base, m.base, v.base, w.base)
        for i in 0..<count {
            let direction = 0.5 * g.slice[i] + 0.02 * oldW[i]
            let (first, second) = (0.9 * oldM[i] + 0.1 * direction, 0.99 * oldV[i] + 0.01 * direction * direction)
            expectClose([m.slice[i], v.slice[i]], [first, second], absolute: 1e-6)
            let move = 0.01 * first / (second.squareRoot() / 0.3 + 1e-3)
            expectClose([w.slice[i]], [0.98 * oldW[i] - move], absolute: 1e-6)
        }
        #expect(w.isIntact && m.isIntact && v.isIntact)
    }
}
