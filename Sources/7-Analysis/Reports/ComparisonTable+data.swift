import Foundation
import Metrics

extension ComparisonTable {
    /// The table for programs: `runs` (path and summary.json's fields), `failures` (path and error), and `verdict`.
    ///
    /// - Returns: A JSON object with its line break.
    package func json() -> String {
        let document = Document(
            runs: rows.map { .init(path: $0.path, summary: $0.summary) },
            failures: failures.map { .init(path: $0.path, error: $0.error.description) },
            verdict: verdict
        )
        guard let data = try? JSON.data(document, pretty: true) else {
            preconditionFailure("ComparisonTable: a summary that is no JSON found")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private struct Document: Encodable {
        struct Run: Encodable {
            let path: String
            let summary: RunSummary
        }

        struct Failure: Encodable {
            let path: String
            let error: String
        }

        let runs: [Run]
        let failures: [Failure]
        let verdict: String?
    }

    /// The table for spreadsheets (RFC 4180): a line of names, then a line a run; what a run lacks is left empty.
    ///
    /// - Returns: Lines of text, each with its line break. Runs that couldn't be read are left out.
    package func csv() -> String {
        let header = [
            "path", "config_name", "seed", "parameters", "test_accuracy", "test_loss", "train_loss", "epochs", "steps",
            "wall_seconds", "images_per_second", "world_size", "threads_per_rank", "completed", "weights_sha256",
            "validation_accuracy", "validation_loss",
        ]
        let lines = rows.map { row -> [any CustomStringConvertible] in
            let summary = row.summary
            return [
                row.path, summary.configName, summary.seed, summary.parameters,
                summary.testAccuracy ?? "", summary.testLoss ?? "", summary.trainLoss ?? "", summary.epochs,
                summary.steps, summary.wallSeconds, summary.imagesPerSecond, summary.worldSize,
                summary.threadsPerRank, summary.completed, summary.weightsSha256 ?? "",
                summary.validationAccuracy ?? "", summary.validationLoss ?? "",
            ]
        }
        return CSV.text([header] + lines.map { $0.map(\.description) })
    }
}
