import ConfigurationFiles
import Networks

extension LayerRegistry {
    /// Activations, and other layers that change each number by itself.
    static let activations = [
        Entry(Dropout.self, means: "drops numbers at random in training, and scales the others up") {
            options throws(ConfigurationError) in
            Dropout(
                probability: try options.single(
                    "probability",
                    default: 0.5,
                    in: 0...0.999,
                    means: "fraction of the numbers that are dropped"
                )
            )
        },
        Entry(ELU.self, means: "x, and alpha (e^x - 1) below 0") { options throws(ConfigurationError) in
            ELU(
                alpha: try options.single(
                    "alpha",
                    default: 1,
                    in: 0...1e6,
                    means: "minus the limit for large negative numbers"
                )
            )
        },
        Entry(GELU.self, means: "x times the standard normal distribution's cumulative probability of x") {
            options throws(ConfigurationError) in
            GELU(
                approximation: try options.choice(
                    "approximate",
                    default: GELU.Approximation.none,
                    means: "exact, or approximated with tanh"
                )
            )
        },
        Entry(LeakyReLU.self, means: "x, and negativeSlope x below 0") { options throws(ConfigurationError) in
            LeakyReLU(
                negativeSlope: try options.single(
                    "negativeSlope",
                    default: 0.01,
                    in: 0...1,
                    means: "factor of numbers below 0"
                )
            )
        },
        Entry(ReLU.self, means: "max(x, 0)") { _ throws(ConfigurationError) in ReLU() },
        Entry(Scale.self, means: "x times a constant") { options throws(ConfigurationError) in
            Scale(factor: try options.single("factor", in: -1e6...1e6, means: "the constant"))
        },
        Entry(Sigmoid.self, means: "1 / (1 + e^-x)") { _ throws(ConfigurationError) in Sigmoid() },
        Entry(SiLU.self, means: "x / (1 + e^-x)") { _ throws(ConfigurationError) in SiLU() },
        Entry(Tanh.self, means: "the hyperbolic tangent") { _ throws(ConfigurationError) in Tanh() },
    ]
}
