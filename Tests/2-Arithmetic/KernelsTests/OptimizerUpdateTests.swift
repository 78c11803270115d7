import CVectorKernels
import Kernels
import Tensors
import TestSupport
import Testing

/// Updates compared with their formulas in double precision, for odd counts; three steps, so that the state matters.
@Suite(.timeLimit(.minutes(10))) struct OptimizerUpdateTests {
    @Test(arguments: oddCounts, [(0, false, 0), (0.9, false, 0.01), (0.9, true, 0), (0.9, true, 0.01)])
    func gradientDescentEqualsItsFormula(count: Int, setting: (momentum: Float, isNesterov: Bool, weightDecay: Float)) {
        let (parameters, velocity) = (buffer(randomValues(count, index: 1)), AlignedBuffer(count: count))
        let gradient = buffer(randomValues(count, index: 2))
        let step = SGDStep(
            learningRate: 0.1,
            gradientScale: 0.5,
            momentum: setting.momentum,
            weightDecay: setting.weightDecay,
            isNesterov: setting.isNesterov
        )
        var w = parameters.array.map { Double($0) }
        var v = w.map { _ in 0.0 }
        for _ in 0..<3 {
            OptimizerUpdate.apply(
                step,
                parameters: parameters.slice,
                gradient: gradient.slice,
                velocity: velocity.slice
            )
            for i in 0..<count {
                let direction = Double(gradient.slice[i]) * 0.5 + Double(setting.weightDecay) * w[i]
                v[i] = Double(setting.momentum) * v[i] + direction
                w[i] -= 0.1 * (setting.isNesterov ? direction + Double(setting.momentum) * v[i] : v[i])
            }
        }
        expectClose(parameters.array, w.map { Float($0) }, absolute: 1e-6, relative: 1e-6)
        expectClose(velocity.array, v.map { Float($0) }, absolute: 1e-6, relative: 1e-6)
    }

    @Test(arguments: oddCounts, [(0, 1), (0.01, 1), (0, 0.99)])
    func adamEqualsItsFormula(count: Int, setting: (weightDecay: Float, parameterScale: Float)) {
        let parameters = buffer(randomValues(count, index: 1))
        let gradient = buffer(randomValues(count, index: 2).map { $0 * 10 })
        let (first, second) = (AlignedBuffer(count: count), AlignedBuffer(count: count))
        let step = AdamStep(
            correctedLearningRate: 0.01,
            gradientScale: 0.5,
            beta1: 0.875,
            beta2: 0.75,
            epsilon: 1e-8,
            secondMomentCorrection: 0.5,
            weightDecay: setting.weightDecay,
            parameterScale: setting.parameterScale
        )
        var w = parameters.array.map { Double($0) }
        var (m, v) = (w.map { _ in 0.0 }, w.map { _ in 0.0 })
        for _ in 0..<3 {
            OptimizerUpdate.apply(
                step,
                parameters: parameters.slice,
                gradient: gradient.slice,
                firstMoment: first.slice,
                secondMoment: second.slice
            )
            for i in 0..<count {
                let direction = Double(gradient.slice[i]) * 0.5 + Double(setting.weightDecay) * w[i]
                m[i] = 0.875 * m[i] + 0.125 * direction
                v[i] = 0.75 * v[i] + 0.25 * direction * direction
                w[i] = w[i] * Double(setting.parameterScale) - 0.01 * m[i] / (v[i].squareRoot() / 0.5 + 1e-8)
            }
        }
        expectClose(parameters.array, w.map { Float($0) }, absolute: 1e-6, relative: 1e-6)
        expectClose(first.array, m.map { Float($0) }, absolute: 1e-6, relative: 1e-6)
        expectClose(second.array, v.map { Float($0) }, absolute: 1e-6, relative: 1e-6)
    }
}
