/// What is promised of the sum of gradients over ranks.
public enum Reduction: String, CaseIterable, Sendable {
    /// The same bits on any number of ranks: sums follow a fixed tree over virtual shards.
    case reproducible
    /// Whatever order is fastest.
    case fast
}

/// Which kernels ranks compute with: all must get the same bits.
public enum NumericsChoice: String, CaseIterable, Sendable {
    /// The fastest of each processor.
    case native
    /// Those that every processor of the architecture has, so that ranks on different ones agree.
    case common
}

/// The section `parallel`: how ranks and threads share the work.
public struct ParallelOptions: Sendable {
    /// Into how many parts a global batch is cut, whatever the number of ranks; 8 unless set.
    public let virtualShards: Int
    /// What is promised of the sum of gradients; `reproducible` unless set.
    public let reduction: Reduction
    /// Which kernels ranks compute with; `native` unless set.
    public let numerics: NumericsChoice
    /// Size of a bucket of gradients that is reduced at once, in bytes; 1 MiB unless set.
    public let bucketBytes: Int
    /// Whether buckets are reduced while backward goes on; true unless set.
    public let overlap: Bool
    /// Threads of a rank; nil means its share of the machine's cores.
    public let threadsPerRank: Int?
    /// After how many seconds without a word from another rank a rank gives up; 60 unless set.
    public let timeoutSeconds: Double

    init(_ options: OptionReader) throws(ConfigurationError) {
        virtualShards = try options.integer(
            "virtualShards",
            default: 8,
            in: 1...4096,
            means: "parts of a global batch, shared out to the ranks; the most ranks there can be"
        )
        reduction = try options.choice(
            "reduction",
            default: .reproducible,
            means: "the same bits on any number of ranks, or MPI's own all-reduce"
        )
        numerics = try options.choice(
            "numerics",
            default: .native,
            means: "each processor's fastest kernels, or those that all of an architecture have"
        )
        bucketBytes = try options.integer(
            "bucketBytes",
            default: 1 << 20,
            in: 1024...(1 << 30),
            means: "bytes of gradients that are reduced at once"
        )
        overlap = try options.boolean(
            "overlap",
            default: true,
            means: "reduce gradients while the backward pass goes on"
        )
        threadsPerRank = try options.optionalInteger(
            "threadsPerRank",
            in: 1...1024,
            means: "else $SWIFT_DP_THREADS, else the node's cores shared out to its ranks"
        )
        timeoutSeconds = try options.number(
            "timeoutSeconds",
            default: 60,
            in: 0.1...86400,
            means: "seconds without a word from another rank before the run ends"
        )
        try options.finish()
    }
}
