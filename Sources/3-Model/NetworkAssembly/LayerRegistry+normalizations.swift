import Configuration
import Networks

extension LayerRegistry {
    /// Normalizations.
    static let normalizations = [
        Entry(
            BatchNorm1D.self,
            means: "as batchNorm2d, over sequences, [C, L], or each of a vector's numbers over a virtual shard"
        ) { options throws(ConfigurationError) in
            BatchNorm1D(
                epsilon: try options.epsilon(),
                momentum: try options.momentum(),
                hasWeight: try options.hasWeight(),
                hasBias: try options.hasBias()
            )
        },
        Entry(
            BatchNorm2D.self,
            means:
                "numbers of a channel, over a virtual shard, to mean 0 and deviation 1; then scaled and moved by what is learnt"
        ) { options throws(ConfigurationError) in
            BatchNorm2D(
                epsilon: try options.epsilon(),
                momentum: try options.momentum(),
                hasWeight: try options.hasWeight(),
                hasBias: try options.hasBias()
            )
        },
        Entry(
            GroupNorm.self,
            means: "some channels of a sample to mean 0 and deviation 1; then scaled and moved by what is learnt"
        ) { options throws(ConfigurationError) in
            GroupNorm(
                groups: try options.integer("groups", in: 1...1 << 16, means: "parts of the channels"),
                epsilon: try options.epsilon(),
                hasWeight: try options.hasWeight(),
                hasBias: try options.hasBias()
            )
        },
        Entry(
            LayerNorm.self,
            means: "all numbers of a sample to mean 0 and deviation 1; then scaled and moved by what is learnt"
        ) { options throws(ConfigurationError) in
            LayerNorm(
                epsilon: try options.epsilon(),
                hasWeight: try options.hasWeight(),
                hasBias: try options.hasBias()
            )
        },
        Entry(
            LocalResponseNorm.self,
            means: "each number divided by (k + alpha / size times neighbouring channels' squares) to the power beta"
        ) { options throws(ConfigurationError) in
            LocalResponseNorm(
                size: try options.integer("size", in: 1...1024, means: "how many channels are neighbours"),
                alpha: try options.single("alpha", default: 1e-4, in: 0...1e3, means: "factor of the mean square"),
                beta: try options.single("beta", default: 0.75, in: 0...10, means: "exponent"),
                k: try options.single("k", default: 1, in: 1e-3...1e3, means: "added to the squares")
            )
        },
    ]
}

extension OptionReader {
    fileprivate func epsilon() throws(ConfigurationError) -> Float {
        try single("epsilon", default: 1e-5, in: 1e-12...1, means: "added to the variance")
    }

    fileprivate func momentum() throws(ConfigurationError) -> Float {
        let meaning = "share of a step in the running statistics, which evaluation uses"
        return try single("momentum", default: 0.1, in: 0...1, means: meaning)
    }

    fileprivate func hasWeight() throws(ConfigurationError) -> Bool {
        try boolean("weight", default: true, means: "multiply by a learnt number")
    }

    fileprivate func hasBias() throws(ConfigurationError) -> Bool {
        try boolean("bias", default: true, means: "add a learnt number")
    }
}
