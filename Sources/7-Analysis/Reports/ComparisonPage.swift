import Foundation
import Metrics

/// Runs side by side as a page: `compare --html`.
package struct ComparisonPage: Sendable {
    private let page: Page

    /// Reads the runs of a table, and their epochs.
    ///
    /// - Parameters:
    ///   - table: The runs.
    ///   - path: The page's path: its links are relative for files inside of its folder.
    package init(_ table: ComparisonTable, path: String) {
        var problems = table.failures.map(\.error.description)
        var accuracy: [Plot.Series] = []
        var loss: [Plot.Series] = []
        let kinds = Set(table.rows.compactMap(\.summary.evaluation?.samples))
        let kind = kinds.count > 1 ? "" : (kinds.first ?? .test).rawValue + " "
        for (style, row) in table.rows.enumerated() {
            do throws(ReportsError) {
                let epochs = try Self.epochs(ofRun: row.path)
                let name = Self.name(row.path)
                accuracy.append(Self.series(name, style, epochs) { $0.evaluation.map { 100 * $0.accuracy } })
                loss.append(Self.series(name, style, epochs) { $0.trainLoss })
            } catch {
                problems.append(error.description)
            }
        }
        let accuracyTitle = kind + "accuracy after each epoch"
        let plots = [
            Plot(
                title: accuracyTitle.prefix(1).uppercased() + accuracyTitle.dropFirst(),
                x: Plot.Axis("epoch", kind: .whole),
                y: Plot.Axis(kind + "accuracy (%)", format: .fixed(2), limits: 0...100),
                series: accuracy
            ),
            Plot(
                title: "Mean training loss of each epoch",
                x: Plot.Axis("epoch", kind: .whole),
                y: Plot.Axis("training loss (nats)", format: .fixed(4)),
                series: loss
            ),
        ]
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        page = Page(
            title: "Runs compared",
            summary: table.verdict ?? "\(table.rows.count) runs side by side.",
            conditions: Self.conditions(table),
            problems: problems,
            sections: [
                Page.Section(
                    id: "runs",
                    title: "The runs",
                    reading: [],
                    content: [
                        PageTable(table).html(), PageTable(seedsOf: table)?.html() ?? Markup([]),
                        .row(plots.filter { !$0.isEmpty }.map { $0.figure() }),
                        Self.links(table, from: folder),
                    ]
                )
            ]
        )
    }

    /// The whole file.
    ///
    /// - Returns: Self-contained HTML.
    package func html() -> String { page.html() }

    /// How the runs were trained: one line if all were trained alike.
    private static func conditions(_ table: ComparisonTable) -> [String] {
        let texts = table.rows.map { ($0.path, $0.settings.map { TrainingConditions.text($0) } ?? "unknown") }
        if let first = texts.first, texts.allSatisfy({ $0.1 == first.1 }) { return ["Trained on \(first.1)."] }
        return texts.map { "\($0.0): trained on \($0.1)." }
    }

    private static func epochs(ofRun path: String) throws(ReportsError) -> [EpochRecord] {
        try RecordedRun(path: path).events().compactMap { event in
            if case .epoch(let record) = event { record } else { nil }
        }
    }

    private static func series(
        _ name: String,
        _ style: Int,
        _ epochs: [EpochRecord],
        of value: (EpochRecord) -> Double?
    ) -> Plot.Series {
        let points = epochs.compactMap { epoch in
            value(epoch).flatMap { $0.isFinite ? Plot.Point(x: Double(epoch.epoch), y: $0) : nil }
        }
        // If there are more runs than colors, the next ones have hollow markers.
        return Plot.Series(name, style: style, isVariant: style / 4 % 2 == 1, points: points)
    }

    private static func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }

    private static func links(_ table: ComparisonTable, from folder: String) -> Markup {
        .element("ul", [:], table.rows.map { .element("li", [:], [.link(toFile: $0.path, from: folder, $0.path)]) })
    }
}

extension Plot {
    /// Whether there is nothing to draw.
    package var isEmpty: Bool { series.allSatisfy(\.points.isEmpty) }
}
