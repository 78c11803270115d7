/// How gradients are summed over ranks.
package enum Reduction: String, CaseIterable, Sendable {
    /// In a fixed order, along a tree over virtual shards: the same bits on any number of ranks.
    case reproducible
    /// In the fastest order: the bits depend on the number of ranks.
    case fast
}

/// Which kernels ranks compute with; all ranks must use kernels that give the same bits.
package enum NumericsChoice: String, CaseIterable, Sendable {
    /// The fastest kernels for each processor.
    case native
    /// Kernels that every processor of the architecture can run, so that ranks on different processors agree.
    case common
}

/// The section `parallel`: how ranks and threads share the work.
package struct ParallelOptions: Sendable {
    /// The number of virtual shards into which a global batch is divided, independent of the number of ranks; 8 by default.
    ///
    /// A shard is a micro-batch, unless `training.accumulationSteps` divides it further.
    package let virtualShards: Int
    /// How gradients are summed over ranks; `reproducible` unless set.
    package let reduction: Reduction
    /// Which kernels ranks compute with; `native` unless set.
    package let numerics: NumericsChoice
    /// The size of a bucket, the part of the gradient that is reduced at once, in bytes; 1 MiB unless set.
    package let bucketBytes: Int
    /// Whether buckets are reduced during the backward pass; true unless set.
    package let overlap: Bool
    /// Threads of a rank; nil for its share of the machine's cores.
    package let threadsPerRank: Int?
    /// How many seconds a rank waits for a sign of life from another one before it ends the run; 60 unless set.
    package let timeoutSeconds: Double

    init(_ options: OptionReader) throws(ConfigurationError) {
        virtualShards = try options.integer(
            "virtualShards",
            default: 8,
            in: 1...4096,
            means: "parts of a global batch (micro-batches) for the ranks; also the largest number of ranks"
        )
        reduction = try options.choice(
            "reduction",
            default: .reproducible,
            means: "the same bits on any number of ranks, or MPI's own all-reduce"
        )
        numerics = try options.choice(
            "numerics",
            default: .native,
            means: "each processor's fastest kernels, or kernels that all processors of an architecture have"
        )
        bucketBytes = try options.integer(
            "bucketBytes",
            default: 1 << 20,
            in: 1024...(1 << 30),
            means: "bytes of the gradient that are reduced at once"
        )
        overlap = try options.boolean(
            "overlap",
            default: true,
            means: "reduce gradients while the backward pass goes on"
        )
        threadsPerRank = try options.optionalInteger(
            "threadsPerRank",
            in: 1...1024,
            means: "else $SWIFT_DP_THREADS, else the node's cores divided by its ranks"
        )
        timeoutSeconds = try options.number(
            "timeoutSeconds",
            default: 60,
            in: 0.1...86400,
            means: "seconds without a sign of life from another rank before the run ends"
        )
        try options.finish()
    }
}
