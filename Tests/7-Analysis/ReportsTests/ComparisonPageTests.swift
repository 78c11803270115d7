import Foundation
import Metrics
import Reports
import RunSupport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ComparisonPageTests {
    @Test func plotsTheEpochsAndNamesBrokenRuns() throws {
        try withTemporaryFolder { folder in
            let run = folder + "/runs/cnn"
            try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
            try RunSummary.sample("cnn", parameters: 282_250, testAccuracy: 0.7).write(path: run + "/summary.json")
            let log = try MetricsLog(path: run + "/metrics.jsonl", resumingAtStep: nil)
            for (epoch, accuracy) in [0.5, 0.625].enumerated() {
                try log.append(.epoch(.sample(epoch: epoch + 1, testLoss: 1, testAccuracy: accuracy)))
            }
            let table = ComparisonTable(paths: [run, folder + "/gone"])
            let html = ComparisonPage(table, path: folder + "/page.html").html()
            #expect(html.contains("<td>50.00</td>"))
            #expect(html.contains("<td>62.50</td>"))
            #expect(html.contains("href=\"runs/cnn\""))
            #expect(html.contains("<li>\(folder)/gone: expected a run's folder, found none</li>"))
        }
    }

    /// Run inside of the folder itself, as in `compare javascript:alert(1)`.
    @Test func aRunFolderNamedLikeAScriptIsNotALink() throws {
        try withTemporaryFolder { folder in
            let run = folder + "/javascript:alert(1)"
            try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
            try RunSummary.sample("cnn", parameters: 1, testAccuracy: 0.7).write(path: run + "/summary.json")
            let html = ComparisonPage(ComparisonTable(paths: [run]), path: folder + "/page.html").html()
            #expect(html.contains("href=\"javascript%3Aalert%281%29\""))
            #expect(!html.contains("href=\"javascript:"))
        }
    }
}
