/// The section `optimizer`: how weights are updated.
///
/// Defaults are PyTorch's.
package struct OptimizerOptions {
    /// The update rules, each with the settings that only it has.
    package enum Rule: Equatable, Sendable {
        /// Stochastic gradient descent; Nesterov's form of momentum needs a momentum above 0.
        case sgd(momentum: Double, nesterov: Bool)
        /// Adam, whose weight decay is added to the gradient (Kingma and Ba, "Adam", 2015).
        case adam(beta1: Double, beta2: Double, epsilon: Double)
        /// Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019).
        case adamw(beta1: Double, beta2: Double, epsilon: Double)
        /// Muon for the weight matrices of all layers but the last (Jordan, "Muon: An optimizer for hidden layers in neural
        /// networks", 2024), with so many Newton–Schulz iterations; `renormalizes` scales a matrix before each step.
        case muon(momentum: Double, nesterov: Bool, iterations: Int, renormalizes: Bool, others: Others)
    }

    /// Stochastic gradient descent for the parameters that Muon doesn't move.
    package struct Others: Equatable, Sendable {
        package let learningRate: Double
        package let momentum: Double
        package let nesterov: Bool
        package let weightDecay: Double
    }

    private enum Name: String, CaseIterable {
        case sgd, adam, adamw, muon

        /// The keys that exist for some rules only.
        var ownKeys: [String] {
            switch self {
            case .sgd: ["momentum", "nesterov"]
            case .adam, .adamw: ["beta1", "beta2", "epsilon"]
            case .muon: ["momentum", "nesterov", "nsSteps", "renormalize", "others"]
            }
        }
    }

    /// How the parameters are updated that Muon doesn't move; nil with other rules.
    package var others: Others? { if case .muon(_, _, _, _, let others) = rule { others } else { nil } }

    private let options: OptionReader

    /// The update rule; Adam unless set.
    package let rule: Rule
    /// The learning rate before the schedule; 0.001 unless set.
    package let learningRate: Double
    /// The weight decay; 0 unless set, 0.01 for AdamW.
    package let weightDecay: Double
    /// The largest global norm of the gradient, to which larger ones are scaled down; nil for no clipping.
    package let clipNorm: Double?

    init(_ options: OptionReader) throws(ConfigurationError) {
        self.options = options
        let name: Name = try options.choice("name", default: .adam, means: "the update rule")
        learningRate = try options.number(
            "learningRate",
            default: 1e-3,
            in: 0 ... .infinity,
            means: "step size before the schedule"
        )
        switch name {
        case .sgd:
            let (momentum, nesterov) = try Self.momentum(options, default: 0, nesterov: false)
            rule = .sgd(momentum: momentum, nesterov: nesterov)
        case .muon:
            guard learningRate > 0 else {
                throw options.error("learningRate", "needs a number above 0 with muon, found 0")
            }
            rule = try Self.muon(options)
        case .adam, .adamw:
            let beta1 = try options.number(
                "beta1",
                default: 0.9,
                in: 0...1.0.nextDown,
                means: "decay of the gradients' running mean per step"
            )
            let beta2 = try options.number(
                "beta2",
                default: 0.999,
                in: 0...1.0.nextDown,
                means: "decay of their squares' running mean per step"
            )
            let epsilon = try options.number(
                "epsilon",
                default: 1e-8,
                in: .leastNonzeroMagnitude ... .infinity,
                means: "added to the divisor"
            )
            rule =
                name == .adam
                ? .adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
                : .adamw(beta1: beta1, beta2: beta2, epsilon: epsilon)
        }
        weightDecay = try options.number(
            "weightDecay",
            default: name == .adamw ? 0.01 : 0,
            in: 0 ... .infinity,
            means:
                "added to each gradient, times the weight; adamw and muon subtract it from the weight, times the learning rate"
        )
        if case .muon(_, _, _, true, _) = rule, weightDecay > 0 {
            throw options.error(
                "weightDecay",
                "has no effect beside renormalize, which sets the size of weights",
                hint: "leave out one of them; others.weightDecay is of the other parameters"
            )
        }
        clipNorm = try options.optionalNumber(
            "clipNorm",
            in: .leastNonzeroMagnitude ... .infinity,
            means: "largest global norm of the gradient; else no clipping"
        )
        try options.finish(name, ownKeys: \.ownKeys)
    }

    private static func momentum(
        _ options: OptionReader,
        default fallback: Double,
        nesterov isNesterov: Bool
    ) throws(ConfigurationError) -> (momentum: Double, nesterov: Bool) {
        let momentum = try options.number(
            "momentum",
            default: fallback,
            in: 0...1.0.nextDown,
            means: "fraction of the previous step that is added"
        )
        let nesterov = try options.boolean("nesterov", default: isNesterov, means: "Nesterov momentum")
        guard momentum > 0 || !nesterov else {
            throw options.error("nesterov", "needs a momentum above 0, found 0", hint: "set momentum, such as 0.9")
        }
        return (momentum, nesterov)
    }

    private static func muon(_ options: OptionReader) throws(ConfigurationError) -> Rule {
        let (momentum, nesterov) = try momentum(options, default: 0.95, nesterov: true)
        let iterations = try options.integer(
            "nsSteps",
            default: 5,
            in: 1...99,
            means: "Newton-Schulz iterations that make a step orthogonal"
        )
        let renormalizes = try options.boolean(
            "renormalize",
            default: false,
            means: "scale each matrix to the norm of the root of its outputs before a step, as airbench does"
        )
        let others = try options.section("others", means: "sgd for all but the weights of layers before the last one")
        let learningRate = try others.number(
            "learningRate",
            in: 0 ... .infinity,
            means: "step size before the schedule"
        )
        let (othersMomentum, othersNesterov) = try Self.momentum(others, default: 0, nesterov: false)
        let weightDecay = try others.number(
            "weightDecay",
            default: 0,
            in: 0 ... .infinity,
            means: "added to each gradient, times the weight"
        )
        try others.finish()
        return .muon(
            momentum: momentum,
            nesterov: nesterov,
            iterations: iterations,
            renormalizes: renormalizes,
            others: Others(
                learningRate: learningRate,
                momentum: othersMomentum,
                nesterov: othersNesterov,
                weightDecay: weightDecay
            )
        )
    }

    /// An error located at one of the section's keys.
    package func error(_ key: String, _ problem: String, hint: String? = nil) -> ConfigurationError {
        options.error(key, problem, hint: hint)
    }
}
