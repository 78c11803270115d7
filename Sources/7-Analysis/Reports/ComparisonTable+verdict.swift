import Formatting
import Metrics
import Statistics

extension ComparisonTable {
    /// The most accurate setting compared with the second one, and its cost; or why there is no winner.
    ///
    /// nil if there is only one setting, or a run wasn't evaluated.
    package var verdict: String? {
        guard groups.count > 1, rows.allSatisfy({ $0.summary.evaluation != nil }) else { return nil }
        if let unfairness { return unfairness }
        // A stable order: of equal ones, the first in the list.
        let ranked = groups.enumerated().sorted { left, right in
            let (first, second) = (left.element.accuracy?.mean ?? 0, right.element.accuracy?.mean ?? 0)
            return first == second ? left.offset < right.offset : first > second
        }.map(\.element)
        let (better, worse) = (ranked[0], ranked[1])
        let parameters = Self.parameterWords(better.rows[0].summary.parameters, worse.rows[0].summary.parameters)
        if better.accuracy?.mean == worse.accuracy?.mean {
            return "\(name(better)) and \(name(worse)) are equally accurate on \(images) (\(better.accuracyText)); "
                + "\(name(better)) has \(parameters)."
        }
        let accuracies = "\(better.accuracyText) against \(worse.accuracyText)\(Self.seedWords(better, worse))"
        if better.overlaps(worse) {
            return "\(name(better)) and \(name(worse)) can't be told apart on \(images): their 95 % intervals overlap "
                + "(\(accuracies))."
        }
        let claim =
            groups.count == 2
            ? "is more accurate than \(name(worse)) on \(images)"
            : "is the most accurate of \(groups.count) settings on \(images), before \(name(worse))"
        return "\(name(better)) \(claim) (\(accuracies)), with \(parameters)."
    }

    /// Why there is no winner: different data, epochs or evaluations; nil if the runs are comparable.
    private var unfairness: String? {
        var reasons = differences.conditions.map { key in Self.words(key, rows.map { $0.settings?[key] ?? "unknown" }) }
        let evaluations = rows.compactMap { $0.summary.evaluation.map { "\($0.samples)" } }
        if !differences.conditions.contains("evaluation.on"), Set(evaluations).count > 1 {
            reasons.append(Self.words("evaluation.on", evaluations))
        }
        if !differences.conditions.contains("training.epochs"), Set(rows.map(\.shortenedEpochs)).count > 1 {
            reasons.append(Self.words("epochs trained", rows.map { "\($0.summary.epochs)" }))
        }
        return reasons.isEmpty
            ? nil : "No winner is named, since the runs differ in \(reasons.joined(separator: ", "))."
    }

    /// A key with its values: `training.epochs (6, 12)`.
    private static func words(_ key: String, _ values: [String]) -> String {
        var distinct: [String] = []
        for value in values where !distinct.contains(value) { distinct.append(value) }
        return "\(key) (\(distinct.joined(separator: ", ")))"
    }

    private static func seedWords(_ first: SeedGroup, _ second: SeedGroup) -> String {
        let (count, other) = (first.rows.count, second.rows.count)
        if count == 1, other == 1 { return "" }
        return count == other ? ", \(count) seeds each" : ", \(Format.count(count, "seed")) and \(other)"
    }

    /// What the accuracies are of: `the test images`.
    private var images: String { "the \(samples) images" + (usesBest ? " after their best epochs" : "") }

    /// What all runs were evaluated on, or else the first.
    var samples: String { rows.lazy.compactMap(\.summary.evaluation?.samples).first.map { "\($0)" } ?? "test" }

    /// A setting's name in a sentence: its configuration's name or, if several have the same, its folder's, with the
    /// settings that differ.
    private func name(_ group: SeedGroup) -> String {
        let row = group.rows[0]
        let configName = row.summary.configName
        guard groups.count(where: { $0.rows[0].summary.configName == configName }) > 1 else { return configName }
        let settings = differences.keys.compactMap { key in
            row.settings?[key].map { "\(differences.title(of: key)) \($0)" }
        }
        let name = group.rows.count > 1 ? configName : row.path
        return settings.isEmpty ? name : "\(name) (\(settings.joined(separator: ", ")))"
    }

    private static func parameterWords(_ found: Int, _ other: Int) -> String {
        if found == other { return "as many parameters (\(Format.grouped(found)))" }
        let factor = Double(max(found, other)) / Double(max(1, min(found, other)))
        return "\(Format.fixed(factor, digits: 1)) times \(found < other ? "fewer" : "more") parameters "
            + "(\(Format.grouped(found)) against \(Format.grouped(other)))"
    }
}
