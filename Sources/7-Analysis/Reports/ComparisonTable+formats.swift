import Formatting
import Foundation
import Metrics

extension ComparisonTable {
    /// The table as text: aligned columns, the runs that couldn't be read or weren't completed, and the verdict.
    ///
    /// - Returns: Lines of text, each with its line break.
    package func text() -> String {
        var paragraphs: [[String]] = rows.isEmpty ? [] : [alignedLines(cells)]
        if let groupCells { paragraphs.append(alignedLines(groupCells)) }
        paragraphs.append(
            failures.map { "not shown: \($0.error)" }
                + rows.filter { !$0.summary.completed }.map {
                    "not completed: \($0.path): \($0.summary.stoppedBecause ?? "no reason given")"
                }
        )
        paragraphs.append(verdict.map { [$0] } ?? [])
        return paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    fileprivate var cells: (header: [String], rows: [[String]]) {
        (columns.map(\.title), rows.map { row in columns.map { $0.text(row) } })
    }

    /// Mean accuracies per setting; nil if no setting has several seeds.
    fileprivate var groupCells: (header: [String], rows: [[String]])? {
        guard groups.contains(where: { $0.rows.count > 1 && $0.accuracy != nil }) else { return nil }
        let keys = differences.keys
        let header =
            ["network", "parameters"] + keys.map(differences.title) + [
                "seeds", "\(usesBest ? "best " : "")\(samples) accuracy, 95 % interval",
            ]
        return (
            header,
            groups.map { group in
                let row = group.rows[0]
                return [row.summary.configName, Format.grouped(row.summary.parameters)]
                    + keys.map { row.settings?[$0] ?? "-" } + ["\(group.rows.count)", group.accuracyText]
            }
        )
    }

    /// Names are aligned to the left, numbers (which most settings are) to the right.
    private func alignedLines(_ cells: (header: [String], rows: [[String]])) -> [String] {
        let names = cells.header.indices.filter { ["run", "network"].contains(cells.header[$0]) }
        return TextTable.lines([cells.header] + cells.rows, textColumns: Set(names))
    }

    /// A column of the text table.
    private struct Column {
        let title: String
        let text: (Row) -> String
    }

    /// The settings that differ and the seeds come before the results.
    private var columns: [Column] {
        let settings = differences.keys.map { key in
            Column(title: differences.title(of: key)) { $0.settings?[key] ?? "-" }
        }
        let seed = Set(rows.map(\.summary.seed)).count > 1 ? [Column(title: "seed") { "\($0.summary.seed)" }] : []
        let first = [
            Column(title: "run") { $0.path }, Column(title: "network") { $0.summary.configName },
            Column(title: "parameters") { Format.grouped($0.summary.parameters) },
        ]
        let last = [
            Column(title: "epochs") { String($0.summary.epochs) },
            Column(title: "train time") { Format.clock($0.summary.wallSeconds) },
            Column(title: "images/s") { Format.grouped($0.summary.imagesPerSecond) },
            Column(title: "ranks") { String($0.summary.worldSize) },
        ]
        return first + settings + seed + evaluationColumns + last
    }

    /// Accuracy and loss on the images of the runs' evaluations: test images, unless all runs used validation images.
    private var evaluationColumns: [Column] {
        let found = Set(rows.compactMap(\.summary.evaluation?.samples))
        let kinds = [EvaluationFigures.Samples.test, .validation].filter(found.contains)
        return (kinds.isEmpty ? [.test] : kinds).flatMap { kind -> [Column] in
            func fixed(_ row: Row, _ value: KeyPath<EvaluationFigures, Double>) -> String {
                guard let evaluation = row.summary.evaluation, evaluation.samples == kind else { return "-" }
                return Format.fixed(evaluation[keyPath: value], digits: 4)
            }
            let best = [
                Column(title: "best \(kind) accuracy") { row in
                    guard row.summary.evaluation?.samples == kind else { return "-" }
                    return row.accuracy.map { Format.fixed($0, digits: 4) } ?? "-"
                },
                Column(title: "best epoch") { row in row.summary.bestEpoch.map(String.init) ?? "-" },
            ]
            return (usesBest ? best : []) + [
                Column(title: "\(kind) accuracy") { fixed($0, \.accuracy) },
                Column(title: "\(kind) loss") { fixed($0, \.loss) },
            ]
        }
    }
}

extension PageTable {
    /// The comparison's columns for a page.
    init(_ table: ComparisonTable) {
        let cells = table.cells
        self.init(header: cells.header, rows: cells.rows)
    }

    /// The settings with several seeds; nil if there are none.
    init?(seedsOf table: ComparisonTable) {
        guard let cells = table.groupCells else { return nil }
        self.init(header: cells.header, rows: cells.rows)
    }
}
