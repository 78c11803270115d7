import Foundation
import Metrics
import Reports
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ComparisonTableTests {
    private let mlp = RunSummary.sample("mlp", parameters: 1_707_274, testAccuracy: 0.52)
    private let cnn = RunSummary.sample("cnn", parameters: 282_250, testAccuracy: 0.7)

    /// The table of runs in folders `run0`, `run1`..., and then of folders that don't exist.
    private func table(_ summaries: RunSummary..., missing: String...) throws -> (ComparisonTable, folder: String) {
        try withTemporaryFolder { folder in
            let paths = summaries.indices.map { "\(folder)/run\($0)" }
            for (path, summary) in zip(paths, summaries) {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                try summary.write(path: path + "/summary.json")
            }
            return (ComparisonTable(paths: missing + paths), folder)
        }
    }

    @Test func alignsTheRunsAndClosesWithTheVerdict() throws {
        let (table, folder) = try table(mlp, cnn)
        // The title line stays as wide as the folder's real name made it.
        let blanks = String(repeating: " ", count: folder.count - "runs".count)
        #expect(
            table.text().replacing(folder, with: "runs") == """
                run\(blanks)        network  parameters  test accuracy  test loss  epochs  \
                train time  images/s  ranks
                runs/run0  mlp       1,707,274         0.5200     1.4800       6        2:41     1,903      4
                runs/run1  cnn         282,250         0.7000     1.3000       6        2:41     1,903      4

                cnn is more accurate than mlp on the test images (0.7000 against 0.5200), with 6.0 times fewer \
                parameters (282,250 against 1,707,274).

                """
        )
    }

    @Test func namesBrokenAndUnfinishedRunsAndShowsTheOthers() throws {
        var stopped = cnn
        stopped.completed = false
        stopped.stoppedBecause = "SIGTERM"
        let (table, folder) = try table(stopped, missing: "/nowhere/run")
        #expect(table.rows.map(\.summary) == [stopped])
        #expect(
            table.text().hasSuffix(
                """
                4

                not shown: /nowhere/run: expected a run's folder, found none
                not completed: \(folder)/run0: SIGTERM

                """
            )
        )
        #expect(ComparisonTable(paths: ["/a"]).text() == "not shown: /a: expected a run's folder, found none\n")
    }

    @Test func weighsMoreParametersAgainstTheAccuracy() throws {
        let small = RunSummary.sample("small", parameters: 28_225, testAccuracy: 0.6)
        #expect(
            try table(cnn, small).0.verdict == """
                cnn is more accurate than small on the test images (0.7000 against 0.6000), with 10.0 times more \
                parameters (282,250 against 28,225).
                """
        )
    }

    @Test func tellsEqualRunsApartByTheirFolders() throws {
        let (table, folder) = try table(cnn, cnn)
        #expect(
            table.verdict == """
                \(folder)/run0 and \(folder)/run1 are equally accurate on the test images (0.7000); \
                \(folder)/run0 has as many parameters (282,250).
                """
        )
    }

    @Test func hasNoVerdictOnASingleRunOrOneThatWasNotEvaluated() throws {
        #expect(try table(cnn).0.verdict == nil)
        #expect(try table(cnn, .sample("mlp", parameters: 1, testAccuracy: nil)).0.verdict == nil)
    }

    @Test func figuresOfValidationSamplesAreCalledThatAndNotComparedWithTestFigures() throws {
        func validated(_ summary: RunSummary) -> RunSummary {
            var validated = summary
            (validated.validationLoss, validated.validationAccuracy) = (summary.testLoss, summary.testAccuracy)
            (validated.testLoss, validated.testAccuracy) = (nil, nil)
            return validated
        }
        let both = try table(validated(mlp), validated(cnn)).0
        #expect(both.text().contains("validation accuracy  validation loss"))
        #expect(!both.text().contains("test accuracy"))
        #expect(both.verdict?.contains("on the validation images (0.7000 against 0.5200)") == true)
        let mixed = try table(mlp, validated(cnn)).0
        #expect(mixed.text().contains("test accuracy  test loss  validation accuracy  validation loss"))
        let reason = "No winner is named, since the runs differ in evaluation.on (test, validation)."
        #expect(mixed.verdict == reason)
    }

    @Test func isJSONForPrograms() throws {
        let (table, folder) = try table(cnn, missing: "/nowhere/run")
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(table.json().utf8)) as? [String: Any]
        )
        let runs = try #require(document["runs"] as? [[String: Any]])
        let run = try #require(runs.first)
        #expect(run["path"] as? String == folder + "/run0")
        #expect((run["summary"] as? [String: Any])?["test_accuracy"] as? Double == 0.7)
        let failures = try #require(document["failures"] as? [[String: Any]])
        let failure = try #require(failures.first)
        #expect(table.json().split(separator: "\n").count == 1)
        #expect(failure["path"] as? String == "/nowhere/run")
        #expect(failure["error"] as? String == "/nowhere/run: expected a run's folder, found none")
    }

    @Test func isCSVForSpreadsheets() throws {
        let odd = RunSummary.sample("a, \"b\"", parameters: 10, testAccuracy: nil)
        let (table, folder) = try table(odd)
        #expect(
            table.csv() == """
                path,config_name,seed,parameters,test_accuracy,test_loss,train_loss,epochs,steps,wall_seconds,\
                images_per_second,world_size,threads_per_rank,completed,weights_sha256,\
                validation_accuracy,validation_loss\r
                \(folder)/run0,"a, ""b""\",7,10,,,,6,2346,160.5,1903.0,4,1,true,,,\r

                """
        )
    }
}
