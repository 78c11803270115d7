/// The section `optimizer`: how weights are updated.
///
/// Defaults are PyTorch's.
package struct OptimizerOptions: Sendable {
    /// The update rules, each with the settings that only it has.
    package enum Rule: Equatable, Sendable {
        /// Stochastic gradient descent; Nesterov's form of momentum needs a momentum above 0.
        case sgd(momentum: Double, nesterov: Bool)
        /// Adam, whose weight decay is added to the gradient (Kingma and Ba, "Adam", 2015).
        case adam(beta1: Double, beta2: Double, epsilon: Double)
        /// Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019).
        case adamw(beta1: Double, beta2: Double, epsilon: Double)
    }

    private enum Name: String, CaseIterable {
        case sgd, adam, adamw

        /// The keys that exist for this rule only.
        var ownKeys: [String] { self == .sgd ? ["momentum", "nesterov"] : ["beta1", "beta2", "epsilon"] }
    }

    /// The update rule; Adam unless set.
    package let rule: Rule
    /// The learning rate before the schedule; 0.001 unless set.
    package let learningRate: Double
    /// The weight decay; 0 unless set, 0.01 for AdamW.
    package let weightDecay: Double
    /// The largest global norm of the gradient, to which larger ones are scaled down; nil for no clipping.
    package let clipNorm: Double?

    init(_ options: OptionReader) throws(ConfigurationError) {
        let name: Name = try options.choice("name", default: .adam, means: "the update rule")
        learningRate = try options.number(
            "learningRate",
            default: 1e-3,
            in: 0 ... .infinity,
            means: "step size before the schedule"
        )
        switch name {
        case .sgd: rule = try Self.sgd(options)
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
                "added to each gradient, times the weight; adamw subtracts it from the weight, times the learning rate"
        )
        clipNorm = try options.optionalNumber(
            "clipNorm",
            in: .leastNonzeroMagnitude ... .infinity,
            means: "largest global norm of the gradient; else no clipping"
        )
        try options.finish(name, ownKeys: \.ownKeys)
    }

    private static func sgd(_ options: OptionReader) throws(ConfigurationError) -> Rule {
        let momentum = try options.number(
            "momentum",
            default: 0,
            in: 0...1.0.nextDown,
            means: "fraction of the previous step that is added"
        )
        let nesterov = try options.boolean("nesterov", default: false, means: "Nesterov momentum")
        guard momentum > 0 || !nesterov else {
            throw options.error("nesterov", "needs a momentum above 0, found 0", hint: "set momentum, such as 0.9")
        }
        return .sgd(momentum: momentum, nesterov: nesterov)
    }
}
