import Formatting
import Metrics
import Statistics

/// Runs of one setting with different seeds.
struct SeedGroup: Equatable, Sendable {
    /// The runs in the order given: at least one, each with a different seed.
    let rows: [ComparisonTable.Row]

    /// Groups runs of the same network and settings.
    ///
    /// - Parameters:
    ///   - rows: The runs.
    ///   - differences: The settings that differ.
    /// - Returns: The groups in the order given. Two runs with equal settings and equal seeds are in separate groups.
    static func groups(_ rows: [ComparisonTable.Row], _ differences: SettingDifferences) -> [SeedGroup] {
        var keys: [[String]] = []
        var groups: [[String]: [ComparisonTable.Row]] = [:]
        for row in rows {
            let key = key(of: row, differences)
            if groups[key] == nil { keys.append(key) }
            groups[key, default: []].append(row)
        }
        return keys.compactMap { groups[$0] }.flatMap { rows in
            Set(rows.map(\.summary.seed)).count == rows.count
                ? [SeedGroup(rows: rows)] : rows.map { SeedGroup(rows: [$0]) }
        }
    }

    private static func key(of row: ComparisonTable.Row, _ differences: SettingDifferences) -> [String] {
        let layers = (row.settings ?? [:]).filter { $0.key.hasPrefix("network.") }.sorted { $0.key < $1.key }
        return [row.summary.configName, "\(row.summary.parameters)", row.shortenedEpochs.map { "\($0)" } ?? ""]
            + differences.keys.map { row.settings?[$0] ?? "" } + layers.map { "\($0.key)=\($0.value)" }
    }

    /// The statistics of the accuracies; nil if a run wasn't evaluated.
    var accuracy: SampleStatistics? {
        let accuracies = rows.compactMap(\.accuracy)
        return accuracies.count == rows.count ? SampleStatistics(accuracies) : nil
    }

    /// The mean, with its 95 % confidence interval if there are several seeds: `0.6926 ± 0.0081`.
    var accuracyText: String {
        guard let accuracy else { return "-" }
        let mean = Format.fixed(accuracy.mean, digits: 4)
        return accuracy.confidenceHalfWidth().map { "\(mean) ± \(Format.fixed($0, digits: 4))" } ?? mean
    }

    /// Whether both means have 95 % confidence intervals, and these overlap.
    func overlaps(_ other: SeedGroup) -> Bool {
        guard let mine = accuracy, let others = other.accuracy, let width = mine.confidenceHalfWidth(),
            let otherWidth = others.confidenceHalfWidth()
        else { return false }
        return abs(mine.mean - others.mean) <= width + otherWidth
    }
}
