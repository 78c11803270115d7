/// The ranks whose digests differ from those of the majority.
struct Minority {
    /// The ranks outside of the majority; all ranks if there is no majority.
    let ranks: [Int]
    /// Whether there is no majority, that is no digest of more than half of the ranks.
    let isDisputed: Bool

    /// Returns nil if all digests are equal.
    ///
    /// - Parameter digests: The digests by rank.
    init?(of digests: [UInt64]) {
        let counts = Dictionary(grouping: digests) { $0 }.mapValues(\.count)
        guard counts.count > 1 else { return nil }
        let majority = counts.first { 2 * $0.value > digests.count }?.key
        ranks = digests.indices.filter { digests[$0] != majority }
        isDisputed = majority == nil
    }
}
