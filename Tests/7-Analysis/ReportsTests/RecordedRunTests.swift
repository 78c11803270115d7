import Foundation
import Metrics
import Reports
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct RecordedRunTests {
    private let event = RunEvent.warning(WarningRecord(step: 1, message: "m", wallTime: 0))
    private let summary = RunSummary.sample("cnn", parameters: 282_250, testAccuracy: 0.7)

    @Test func readsTheFilesOfARun() throws {
        try withTemporaryFolder { path in
            try "run: {}\n".write(toFile: path + "/config.yaml", atomically: false, encoding: .utf8)
            try MetricsLog(path: path + "/metrics.jsonl", resumingAtStep: nil).append(event)
            try summary.write(path: path + "/summary.json")
            let folder = try RecordedRun(path: path)
            #expect(try folder.configurationText() == "run: {}\n")
            #expect(try folder.events() == [event])
            #expect(try folder.summary() == summary)
        }
    }

    @Test func namesEachMissingFile() throws {
        try withTemporaryFolder { path in
            let folder = try RecordedRun(path: path)
            #expect(throws: ReportsError.noFile(path: path + "/config.yaml", written: "when the run starts")) {
                try folder.configurationText()
            }
            #expect(throws: ReportsError.noFile(path: path + "/metrics.jsonl", written: "when the run starts")) {
                try folder.events()
            }
            #expect(throws: ReportsError.noFile(path: path + "/summary.json", written: "when the run stops")) {
                try folder.summary()
            }
        }
    }

    @Test func refusesAnythingButAFolder() throws {
        try withTemporaryFolder { path in
            try "".write(toFile: path + "/file", atomically: false, encoding: .utf8)
            for missing in [path + "/missing", path + "/file"] {
                #expect(throws: ReportsError.noFolder(path: missing)) { try RecordedRun(path: missing) }
            }
        }
    }

    @Test func namesTheBrokenLine() throws {
        try withTemporaryFolder { path in
            let file = path + "/metrics.jsonl"
            try "{}\n".write(toFile: file, atomically: false, encoding: .utf8)
            let reason = "the field 'event' is missing"
            #expect(throws: ReportsError.metrics(.brokenLine(path: file, line: 1, reason: reason))) {
                try RecordedRun(path: path).events()
            }
        }
    }
}
