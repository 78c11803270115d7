/// Parses `--max-time`: Slurm's notation, but a plain number means seconds.
package enum TimeLimit {
    /// About thirty years: longer than any run, and short enough for clocks.
    private static let longestSeconds = 1e9

    /// The seconds of a text; nil if it isn't a duration.
    package static func seconds(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard parts.count <= 4, parts.allSatisfy({ ($0 ?? -1) >= 0 && ($0 ?? 0).isFinite }) else { return nil }
        let units: [Double] = [1, 60, 3600, 86400]
        let total = zip(parts.reversed(), units).reduce(0) { $0 + ($1.0 ?? 0) * $1.1 }
        return total > 0 && total <= longestSeconds ? total : nil
    }
}
