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
        virtualShards = try options.integer("virtualShards", default: 8, in: 1...4096)
        reduction = try options.choice("reduction", default: .reproducible)
        numerics = try options.choice("numerics", default: .native)
        bucketBytes = try options.integer("bucketBytes", default: 1 << 20, in: 1024...(1 << 30))
        overlap = try options.boolean("overlap", default: true)
        threadsPerRank = try options.optionalInteger("threadsPerRank", in: 1...1024)
        timeoutSeconds = try options.number("timeoutSeconds", default: 60, in: 0.1...86400)
        try options.finish()
    }
}
