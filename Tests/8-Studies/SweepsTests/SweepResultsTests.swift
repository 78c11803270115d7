import Foundation
import Metrics
import RunSupport
import Sweeps
import Testing

@Suite(.timeLimit(.minutes(10))) struct SweepResultsTests {
    private func row(_ trial: String, epoch: Int?, accuracy: Double, failure: String? = nil) -> SweepResults.Row {
        let record = epoch.map {
            EpochRecord.sample(
                epoch: $0,
                trainLoss: 1 - accuracy,
                trainAccuracy: accuracy,
                testAccuracy: accuracy
            )
        }
        let setting = SweepSetting.grid([SweepParameter(key: "a,b", values: .list([trial]))])[0]
        return SweepResults.Row(
            trial: trial,
            folder: "runs/\(trial)",
            setting: setting,
            epoch: record,
            failure: failure
        )
    }

    private var rows: [SweepResults.Row] {
        [
            row("t3", epoch: 1, accuracy: 0.9), row("t0", epoch: 4, accuracy: 0.6), row("t1", epoch: 4, accuracy: 0.7),
            row("t2", epoch: nil, accuracy: 0, failure: "the loss is not finite"), row("t4", epoch: 4, accuracy: 0.6),
        ]
    }

    @Test func trialsAreSortedByEpochsAndThenByTheMetric() {
        #expect(
            SweepResults(rows, metric: .testAccuracy, hasRungs: true).rows.map(\.trial) == [
                "t1", "t0", "t4", "t3", "t2",
            ]
        )
        #expect(
            SweepResults(rows, metric: .trainLoss, hasRungs: true).rows.map(\.trial) == ["t1", "t0", "t4", "t3", "t2"]
        )
        #expect(
            SweepResults(rows.reversed(), metric: .testAccuracy, hasRungs: true).rows.map(\.trial) == [
                "t1", "t0", "t4", "t3", "t2",
            ]
        )
    }

    @Test func withoutRungsOnlyTheMetricCounts() {
        let results = SweepResults(rows, metric: .testAccuracy, hasRungs: false)
        #expect(results.rows.map(\.trial) == ["t3", "t1", "t0", "t4", "t2"])
    }

    @Test func isCSVAndJSONLines() throws {
        let results = SweepResults(rows, metric: .testAccuracy, hasRungs: true)
        let lines = results.csv().split(separator: "\r\n")
        #expect(lines[0] == "trial,\"a,b\",epoch,testAccuracy,folder,failure")
        #expect(lines[1] == "t1,t1,4,0.7,runs/t1,")
        #expect(lines[5] == "t2,t2,,,runs/t2,the loss is not finite")
        let first = try #require(results.jsonLines().split(separator: "\n").first)
        let object = try #require(JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
        #expect(object["trial"] as? String == "t1")
        #expect(object["value"] as? Double == 0.7)
        #expect(object["setting"] as? [String: String] == ["a,b": "t1"])
    }
}
