import CVectorKernels
public import Tensors

/// One pass over the flat buffers: scale the gradient, decay, move the state, write the parameters.
public enum OptimizerUpdate {
    /// What stochastic gradient descent needs for one step.
    public struct SGD: Sendable {
        /// The step size.
        public var learningRate: Float
        /// The factor of the gradient: clipping.
        public var gradientScale: Float
        /// The velocity's decay.
        public var momentum: Float
        /// Whether the step looks ahead (Nesterov).
        public var isNesterov: Bool
        /// L2 regularization, added to the gradient.
        public var weightDecay: Float

        /// The numbers of one step.
        ///
        /// - Parameters:
        ///   - learningRate: The step size.
        ///   - gradientScale: The factor of the gradient.
        ///   - momentum: The velocity's decay.
        ///   - isNesterov: Whether the step looks ahead.
        ///   - weightDecay: L2 regularization.
        public init(
            learningRate: Float,
            gradientScale: Float,
            momentum: Float,
            isNesterov: Bool,
            weightDecay: Float
        ) {
            self.learningRate = learningRate
            self.gradientScale = gradientScale
            self.momentum = momentum
            self.isNesterov = isNesterov
            self.weightDecay = weightDecay
        }
    }

    /// What Adam and AdamW need for one step.
    public struct Adam: Sendable {
        /// The step size over the first moment's bias correction, `α / (1 - β₁ᵗ)`.
        public var correctedLearningRate: Float
        /// The factor of the gradient: clipping.
        public var gradientScale: Float
        /// The first moment's decay, β₁.
        public var beta1: Float
        /// The second moment's decay, β₂.
        public var beta2: Float
        /// Added to the root of the second moment.
        public var epsilon: Float
        /// The root of the second moment's bias correction, `√(1 - β₂ᵗ)`.
        public var secondMomentCorrection: Float
        /// L2 regularization, added to the gradient: Adam's.
        public var weightDecay: Float
        /// The factor of the parameters before the step, `1 - α · λ`: AdamW's.
        public var parameterScale: Float

        /// The numbers of one step.
        ///
        /// - Parameters:
        ///   - correctedLearningRate: `α / (1 - β₁ᵗ)`.
        ///   - gradientScale: The factor of the gradient.
        ///   - beta1: The first moment's decay.
        ///   - beta2: The second moment's decay.
        ///   - epsilon: Added to the root of the second moment.
        ///   - secondMomentCorrection: `√(1 - β₂ᵗ)`.
        ///   - weightDecay: L2 regularization.
        ///   - parameterScale: The factor of the parameters before the step.
        public init(
            correctedLearningRate: Float,
            gradientScale: Float,
            beta1: Float,
            beta2: Float,
            epsilon: Float,
            secondMomentCorrection: Float,
            weightDecay: Float,
            parameterScale: Float
        ) {
            self.correctedLearningRate = correctedLearningRate
            self.gradientScale = gradientScale
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.secondMomentCorrection = secondMomentCorrection
            self.weightDecay = weightDecay
            self.parameterScale = parameterScale
        }
    }

    /// A step of gradient descent with momentum, as PyTorch defines it: `v ← μv + g`, then `w ← w - αv`, or with
    /// Nesterov's look ahead `w ← w - α(g + μv)`.
    ///
    /// - Parameters:
    ///   - step: The step's numbers.
    ///   - parameters: w, changed.
    ///   - gradient: g before scaling and decay.
    ///   - velocity: v, changed.
    public static func apply(
        _ step: SGD,
        parameters: TensorSlice,
        gradient: TensorSlice,
        velocity: TensorSlice
    ) {
        Elementwise.requireEqualCounts("SGD", parameters, gradient)
        Elementwise.requireEqualCounts("SGD", parameters, velocity)
        VectorInstructions.inUse.kernels.stepSGD(
            SGDStep(
                learningRate: step.learningRate,
                gradientScale: step.gradientScale,
                momentum: step.momentum,
                weightDecay: step.weightDecay,
                isNesterov: step.isNesterov
            ),
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
    public static func apply(
        _ step: Adam,
        parameters: TensorSlice,
        gradient: TensorSlice,
        firstMoment: TensorSlice,
        secondMoment: TensorSlice
    ) {
        Elementwise.requireEqualCounts("Adam", parameters, gradient)
        Elementwise.requireEqualCounts("Adam", parameters, firstMoment)
        Elementwise.requireEqualCounts("Adam", parameters, secondMoment)
        VectorInstructions.inUse.kernels.stepAdam(
            AdamStep(
                correctedLearningRate: step.correctedLearningRate,
                gradientScale: step.gradientScale,
                beta1: step.beta1,
                beta2: step.beta2,
                epsilon: step.epsilon,
                secondMomentCorrection: step.secondMomentCorrection,
                weightDecay: step.weightDecay,
                parameterScale: step.parameterScale
            ),
            parameters.count,
            gradient.base,
            firstMoment.base,
            secondMoment.base,
            parameters.base
        )
    }
}
