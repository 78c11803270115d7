import CVectorKernels
import Kernels
package import Tensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The rule by which parameters are updated; the defaults in configuration files are PyTorch's.
package enum OptimizerRule: Sendable, Equatable {
    /// Stochastic gradient descent; weight decay is added to the gradient.
    case sgd(momentum: Float, isNesterov: Bool, weightDecay: Float)
    /// Adam with weight decay added to the gradient, or decoupled from it: AdamW.
    case adam(beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float, decouplesDecay: Bool)
    /// Muon for weight matrices, stochastic gradient descent for all other parameters.
    case muon(MuonRule)

    /// The names of the rule's state buffers, as in the papers; each has one value for every parameter.
    package var slotNames: [String] {
        switch self {
        case .sgd: ["velocity"]
        case .adam: ["first_moment", "second_moment"]
        case .muon: ["velocity"]
        }
    }

    /// How many buffers as long as the parameters an optimizer needs: its state, and Muon's directions.
    package var bufferCount: Int {
        if case .muon = self { slotNames.count + 1 } else { slotNames.count }
    }
}

/// Updates parameters by their gradient, and keeps the rule's state.
///
/// Every rank holds the whole state and makes the same update, so the state is never communicated.
package final class Optimizer: Sendable {
    /// The rule.
    package let rule: OptimizerRule
    /// The global norm to which larger gradients are scaled down; nil for no clipping.
    package let clipNorm: Float?
    /// Which parameters are updated how.
    package let groups: [ParameterGroup]
    /// The rule's state: a flat buffer for each of `rule.slotNames`, laid out like the parameters.
    package let slots: [AlignedBuffer]
    /// The directions of Muon's matrices; nil with other rules.
    package let directions: MuonDirections?

    /// An optimizer with zero state.
    ///
    /// - Parameters:
    ///   - rule: The rule.
    ///   - clipNorm: The global norm to which larger gradients are scaled down; by default there is no clipping.
    ///   - elementCount: Floats of the flat parameters.
    ///   - groups: Which of them are updated how; by default all alike.
    ///   - worldSize: The number of ranks that share out Muon's matrices; by default this one alone.
    ///   - threadCount: Threads of this rank that do; by default one.
    package init(
        rule: OptimizerRule,
        clipNorm: Float? = nil,
        elementCount: Int,
        groups: [ParameterGroup]? = nil,
        worldSize: Int = 1,
        threadCount: Int = 1
    ) {
        self.rule = rule
        self.clipNorm = clipNorm
        self.groups = groups ?? [ParameterGroup(range: 0..<elementCount)]
        precondition(
            self.groups.allSatisfy { 0...elementCount ~= $0.range.upperBound },
            "Optimizer: groups up to \(self.groups.map(\.range.upperBound).max() ?? 0) found, \(elementCount) floats needed"
        )
        slots = rule.slotNames.map { _ in AlignedBuffer(count: elementCount) }
        if case .muon(let muon) = rule {
            directions = MuonDirections(
                of: self.groups,
                muon,
                worldSize: worldSize,
                threadCount: threadCount
            )
        } else {
            directions = nil
        }
    }

    /// Updates the parameters once, all on the calling thread.
    ///
    /// - Parameters:
    ///   - parameters: The flat parameters, changed.
    ///   - gradient: The gradient of the mean loss, as many floats.
    ///   - learningRate: The learning rate of this step.
    ///   - step: The step's number, from 1, for Adam's bias corrections.
    /// - Returns: The gradient's global norm before clipping; nil if it wasn't computed.
    @discardableResult
    package func update(_ parameters: TensorSlice, gradient: TensorSlice, learningRate: Float, step: Int) -> Float? {
        update(parameters, gradient: gradient, learningRate: learningRate, step: step) { directions in
            directions.orthogonalizeAll()
        }
    }

    /// Updates the parameters once, and lets the caller share out the work on Muon's matrices.
    ///
    /// - Parameters:
    ///   - parameters: The flat parameters, changed.
    ///   - gradient: The gradient of the mean loss, as many floats.
    ///   - learningRate: The learning rate of this step.
    ///   - step: The step's number, from 1.
    ///   - orthogonalize: Called once with Muon, to make all directions orthogonal; never with other rules.
    /// - Returns: The gradient's global norm before clipping; nil if it wasn't computed.
    /// - Throws: What `orthogonalize` throws.
    @discardableResult
    package func update<Failure: Error>(
        _ parameters: TensorSlice,
        gradient: TensorSlice,
        learningRate: Float,
        step: Int,
        orthogonalize: (MuonDirections) throws(Failure) -> Void
    ) throws(Failure) -> Float? {
        let trained = groups.filter { $0.isTrained(inStep: step) }
        let norm = clipNorm.map { _ in
            Float(trained.reduce(0) { $0 + Elementwise.squaredNorm(of: gradient[$1.range]) }.squareRoot())
        }
        let scale = clipScale(norm: norm)
        if let directions {
            directions.begin(gradient: gradient, gradientScale: scale, velocity: slots[0].slice, step: step)
            try orthogonalize(directions)
            directions.move(parameters, learningRate: learningRate, step: step)
        }
        for group in trained where group.matrix == nil {
            update(
                group,
                of: parameters,
                gradient: gradient[group.range],
                gradientScale: scale,
                learningRate: learningRate * group.learningRateFactor,
                step: step
            )
        }
        return norm
    }

    private func update(
        _ group: ParameterGroup,
        of parameters: TensorSlice,
        gradient: TensorSlice,
        gradientScale: Float,
        learningRate: Float,
        step: Int
    ) {
        let state = slots.map { $0.slice[group.range] }
        switch rule {
        case .sgd(let momentum, let isNesterov, let weightDecay):
            let update = SGDStep(
                learningRate: learningRate,
                gradientScale: gradientScale,
                momentum: momentum,
                weightDecay: weightDecay * group.weightDecayFactor,
                isNesterov: isNesterov
            )
            OptimizerUpdate.apply(update, parameters: parameters[group.range], gradient: gradient, velocity: state[0])
        case .adam(let beta1, let beta2, let epsilon, let weightDecay, let decouplesDecay):
            let correction1 = 1 - pow(Double(beta1), Double(step))
            let correction2 = 1 - pow(Double(beta2), Double(step))
            let decay = weightDecay * group.weightDecayFactor
            let update = AdamStep(
                correctedLearningRate: Float(Double(learningRate) / correction1),
                gradientScale: gradientScale,
                beta1: beta1,
                beta2: beta2,
                epsilon: epsilon,
                secondMomentCorrection: Float(correction2.squareRoot()),
                weightDecay: decouplesDecay ? 0 : decay,
                parameterScale: decouplesDecay ? 1 - learningRate * decay : 1
            )
            OptimizerUpdate.apply(
                update,
                parameters: parameters[group.range],
                gradient: gradient,
                firstMoment: state[0],
                secondMoment: state[1]
            )
        case .muon(let muon):
            let update = SGDStep(
                learningRate: learningRate * muon.others.learningRateFactor,
                gradientScale: gradientScale,
                momentum: muon.others.momentum,
                weightDecay: muon.others.weightDecay * group.weightDecayFactor,
                isNesterov: muon.others.isNesterov
            )
            OptimizerUpdate.apply(update, parameters: parameters[group.range], gradient: gradient, velocity: state[0])
        }
    }

    /// As in PyTorch's `clip_grad_norm_`, the norm is scaled down to `clipNorm`, and never up.
    private func clipScale(norm: Float?) -> Float {
        guard let clipNorm, let norm else { return 1 }
        return min(clipNorm / (norm + 1e-6), 1)
    }
}
