/// The notation of `--max-time`: Slurm's, but with seconds alone.
package enum TimeLimit {
    /// Longer than any machine stands, and short enough for a clock to count: about thirty years.
    private static let longestSeconds = 1e9

    /// The seconds that a text means; nil where it means none.
    package static func seconds(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard parts.count <= 4, parts.allSatisfy({ ($0 ?? -1) >= 0 && ($0 ?? 0).isFinite }) else { return nil }
        let units: [Double] = [1, 60, 3600, 86400]
        let total = zip(parts.reversed(), units).reduce(0) { $0 + ($1.0 ?? 0) * $1.1 }
        return total > 0 && total <= longestSeconds ? total : nil
    }
}
