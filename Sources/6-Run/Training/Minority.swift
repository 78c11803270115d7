/// The ranks whose digests are not those of most.
struct Minority {
    /// The ranks outside the majority; all of them where there is none.
    let ranks: [Int]
    /// Whether no digest is that of more than half of the ranks.
    let isDisputed: Bool

    /// Nil where all are the same.
    ///
    /// - Parameter digests: By rank.
    init?(of digests: [UInt64]) {
        let counts = Dictionary(grouping: digests) { $0 }.mapValues(\.count)
        guard counts.count > 1 else { return nil }
        let majority = counts.first { 2 * $0.value > digests.count }?.key
        ranks = digests.indices.filter { digests[$0] != majority }
        isDisputed = majority == nil
    }
}
