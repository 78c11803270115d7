import Foundation
import Metrics
import Statistics

extension ComparisonTable {
    /// The table for programs: `runs` (path, fields of summary.json, and the settings that differ), `settings` (seeds,
    /// mean accuracy and half the width of its 95 % interval for each), `failures` (path and error), and `verdict`.
    ///
    /// - Returns: A JSON object in one line.
    package func json() -> String {
        let document = Document(
            runs: rows.map { .init(path: $0.path, summary: $0.summary, settings: varied($0)) },
            settings: groups.map { group in
                .init(
                    runs: group.rows.map(\.path),
                    settings: varied(group.rows[0]),
                    accuracy: group.accuracy?.mean,
                    halfWidth: group.accuracy?.confidenceHalfWidth()
                )
            },
            failures: failures.map { .init(path: $0.path, error: $0.error.description) },
            verdict: verdict
        )
        guard let data = try? JSON.data(document) else {
            preconditionFailure("ComparisonTable: a summary that is no JSON found")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private struct Document: Encodable {
        struct Run: Encodable {
            let path: String
            let summary: RunSummary
            /// A list, because the encoder would change the case of dictionary keys.
            let settings: [Setting]
        }

        struct Setting: Encodable {
            let key: String
            let value: String?
        }

        struct Group: Encodable {
            let runs: [String]
            let settings: [Setting]
            let accuracy: Double?
            let halfWidth: Double?
        }

        struct Failure: Encodable {
            let path: String
            let error: String
        }

        let runs: [Run]
        let settings: [Group]
        let failures: [Failure]
        let verdict: String?
    }

    private func varied(_ row: Row) -> [Document.Setting] {
        differences.keys.map { Document.Setting(key: $0, value: row.settings?[$0]) }
    }

    /// The table as comma-separated values (RFC 4180): a line of names, then one line per run; missing values are
    /// empty.
    ///
    /// The settings that differ are the last columns.
    ///
    /// - Returns: Lines of text, each with its line break. Runs that couldn't be read are omitted.
    package func csv() -> String {
        let header =
            [
                "path", "config_name", "seed", "parameters", "test_accuracy", "test_loss", "train_loss", "epochs",
                "steps", "wall_seconds", "images_per_second", "world_size", "threads_per_rank", "completed",
                "weights_sha256", "validation_accuracy", "validation_loss",
            ] + differences.keys
        let lines = rows.map { row -> [any CustomStringConvertible] in
            let summary = row.summary
            return [
                row.path, summary.configName, summary.seed, summary.parameters,
                summary.testAccuracy ?? "", summary.testLoss ?? "", summary.trainLoss ?? "", summary.epochs,
                summary.steps, summary.wallSeconds, summary.imagesPerSecond, summary.worldSize,
                summary.threadsPerRank, summary.completed, summary.weightsSha256 ?? "",
                summary.validationAccuracy ?? "", summary.validationLoss ?? "",
            ] + differences.keys.map { row.settings?[$0] ?? "" }
        }
        return CSV.text([header] + lines.map { $0.map(\.description) })
    }
}
