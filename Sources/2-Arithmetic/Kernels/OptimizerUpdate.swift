package import CVectorKernels
package import Tensors

/// Updates of the flat buffers in one pass: scale the gradient, apply weight decay, update the state and the
/// parameters.
package enum OptimizerUpdate {
    /// A step of gradient descent with momentum, as PyTorch defines it: `v ← μv + g`, then `w ← w - αv`, or with
    /// Nesterov momentum `w ← w - α(g + μv)`.
    ///
    /// - Parameters:
    ///   - step: The step's numbers.
    ///   - parameters: w, changed.
    ///   - gradient: g before scaling and decay.
    ///   - velocity: v, changed.
    package static func apply(
        _ step: SGDStep,
        parameters: TensorSlice,
        gradient: TensorSlice,
        velocity: TensorSlice
    ) {
        Elementwise.requireEqualCounts("SGD", parameters, gradient)
        Elementwise.requireEqualCounts("SGD", parameters, velocity)
        VectorInstructions.inUse.kernels.stepSGD(
            step,
            parameters.count,
            gradient.base,
            velocity.base,
            parameters.base
        )
    }

    /// A step of Adam (Kingma and Ba, 2015, algorithm 1) or AdamW (Loshchilov and Hutter, 2019, algorithm 2).
    ///
    /// - Parameters:
    ///   - step: The step's numbers.
    ///   - parameters: Changed.
    ///   - gradient: Before scaling and decay.
    ///   - firstMoment: m, changed.
    ///   - secondMoment: v, changed.
    package static func apply(
        _ step: AdamStep,
        parameters: TensorSlice,
        gradient: TensorSlice,
        firstMoment: TensorSlice,
        secondMoment: TensorSlice
    ) {
        Elementwise.requireEqualCounts("Adam", parameters, gradient)
        Elementwise.requireEqualCounts("Adam", parameters, firstMoment)
        Elementwise.requireEqualCounts("Adam", parameters, secondMoment)
        VectorInstructions.inUse.kernels.stepAdam(
            step,
            parameters.count,
            gradient.base,
            firstMoment.base,
            secondMoment.base,
            parameters.base
        )
    }
}
