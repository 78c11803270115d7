import ConfigurationFiles
import Networks

extension LayerRegistry {
    /// Normalizations.
    static let normalizations = [
        Entry(
            BatchNorm1D.self,
            means: "batchNorm2d for sequences, [C, L], and for vectors"
        ) { options throws(ConfigurationError) in
            BatchNorm1D(try options.batchNorm())
        },
        Entry(
            BatchNorm2D.self,
            means:
                "numbers of a channel, over a virtual shard, to mean 0 and deviation 1; then scaled and moved by what is learnt"
        ) { options throws(ConfigurationError) in
            try options.batchNorm()
        },
        Entry(
            GroupNorm.self,
            means:
                "groups of a sample's channels normalized to mean 0 and standard deviation 1, then scaled and shifted"
        ) { options throws(ConfigurationError) in
            GroupNorm(
                groups: try options.integer("groups", in: 1...1 << 16, means: "groups of channels"),
                epsilon: try options.epsilon(),
                hasWeight: try options.hasWeight(),
                hasBias: try options.hasBias()
            )
        },
        Entry(
            LayerNorm.self,
            means: "each sample normalized to mean 0 and standard deviation 1, then scaled and shifted"
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
                size: try options.integer("size", in: 1...1024, means: "number of channels in a sum"),
                alpha: try options.single("alpha", default: 1e-4, in: 0...1e3, means: "factor of the mean square"),
                beta: try options.single("beta", default: 0.75, in: 0...10, means: "exponent"),
                k: try options.single("k", default: 1, in: 1e-3...1e3, means: "added to the squares")
            )
        },
    ]
}

extension OptionReader {
    fileprivate func batchNorm() throws(ConfigurationError) -> BatchNorm2D {
        let share = "share of a step in the running statistics, which evaluation uses"
        return BatchNorm2D(
            epsilon: try epsilon(),
            momentum: try single("momentum", default: 0.1, in: 0...1, means: share),
            hasWeight: try hasWeight(),
            hasBias: try hasBias()
        )
    }

    fileprivate func epsilon() throws(ConfigurationError) -> Float {
        try single("epsilon", default: 1e-5, in: 1e-12...1, means: "added to the variance")
    }

    fileprivate func hasWeight() throws(ConfigurationError) -> Bool {
        try boolean("weight", default: true, means: "multiply by a trained scale")
    }

    fileprivate func hasBias() throws(ConfigurationError) -> Bool {
        try boolean("bias", default: true, means: "add a trained shift")
    }
}
