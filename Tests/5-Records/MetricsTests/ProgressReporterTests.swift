import Foundation
import Metrics
import Testing

@Suite(.timeLimit(.minutes(10))) struct ProgressReporterTests {
    private let plan = RunPlan(epochs: 6, stepsPerEpoch: 400, globalBatchSize: 128)
    private let status = ProgressReporter.Status(
        step: 600,
        epoch: 2,
        loss: 1.23456,
        accuracy: 0.4567,
        imagesPerSecond: 1920
    )

    /// The text that a reporter writes to an output of this width.
    private func output(columns: Int?, _ detail: ProgressDetail = .usual, _ use: (ProgressReporter) -> Void) -> String {
        var output = ""
        use(
            ProgressReporter(
                plan: plan,
                detail: detail,
                timestamp: { "2026-11-21 16:40:01" },
                columns: { columns },
                write: { output += $0 }
            )
        )
        return output
    }

    @Test func drawsABarOverTheEpochOnATerminal() {
        // 1,800 steps of 128 images remain: 120 seconds.
        let bar = "epoch 2/6 [===============>              ]  200/400  loss 1.2346  accuracy 0.457  2:00 left"
        #expect(output(columns: 200) { $0.show(status, atSeconds: 0) } == "\r\(bar)  1,920 images/s\u{1B}[K")
    }

    @Test(arguments: [
        (81, "epoch 2/6 [=========>         ]  200/400  loss 1.2346  accuracy 0.457  2:00 left"),
        (50, "epoch 2/6 [=======>       ]  200/400  loss 1.2346"), (12, "epoch 2/6"), (6, "epoch"), (1, ""), (0, ""),
    ])
    func omitsFieldsThatDoNotFit(columns: Int, bar: String) {
        #expect(output(columns: columns) { $0.show(status, atSeconds: 0) } == "\r\(bar)\u{1B}[K")
    }

    @Test(arguments: 1...130)
    func neverFillsTheLastColumn(columns: Int) {
        let drawn = output(columns: columns) { $0.show(status, atSeconds: 0) }
        #expect(drawn.count - "\r\u{1B}[K".count < columns)
    }

    @Test func namesSlowRanksFirst() {
        var slow = status
        slow.slowRanks = [3, 7]
        let text = output(columns: 60) { $0.show(slow, atSeconds: 0) }
        #expect(text.contains("slow: ranks 3, 7  200/400"))
    }

    @Test func tellsOfASlowRankAndOfItsRecovery() {
        let record = SlowRankRecord(step: 60, rank: 3, host: "b", factor: 1.526, reason: "its clock", wallTime: 1)
        var recovered = record
        recovered.reason = nil
        let text = output(columns: 200) {
            $0.report(.slowRank(record))
            $0.report(.slowRank(recovered))
        }
        #expect(
            text == "warning: step 60: rank 3 on b takes 1.53 times as long as the median rank: its clock\n"
                + "step 60: rank 3 on b has recovered\n"
        )
    }

    @Test func redrawsTenTimesASecond() {
        let drawn = output(columns: 80) { reporter in
            for milliseconds in 0..<1000 { reporter.show(status, atSeconds: 5 + Double(milliseconds) / 1000) }
        }
        #expect(drawn.count { $0 == "\r" } == 10)
    }

    @Test func printsLinesAboveTheBar() {
        let drawn = output(columns: 12) { reporter in
            reporter.show(status, atSeconds: 0)
            reporter.report(.step(.sample(step: 600)))
            reporter.report(.warning(WarningRecord(step: 600, message: "disk full", wallTime: 0)))
            reporter.show(status, atSeconds: 0.01)
            reporter.finish()
            reporter.finish()
        }
        let bar = "\repoch 2/6\u{1B}[K"
        let clear = "\r\u{1B}[K"
        #expect(drawn == bar + clear + "warning: step 600: disk full\n" + bar + clear)
    }

    @Test func printsPlainLinesElsewhere() {
        let printed = output(columns: nil) { reporter in
            reporter.show(status, atSeconds: 0)
            reporter.report(.step(.sample(step: 50)))
            reporter.report(.epoch(.sample(step: 400, epoch: 1, testLoss: nil, testAccuracy: nil)))
            reporter.report(.epoch(.sample(step: 800, epoch: 2, testLoss: 1.5, testAccuracy: 0.5)))
            reporter.report(
                .stop(
                    StopRecord(
                        step: 801,
                        epoch: 3,
                        completed: false,
                        reason: "SIGTERM",
                        elapsedSeconds: 1,
                        wallTime: 1
                    )
                )
            )
            reporter.finish()
        }
        #expect(
            printed == """
                2026-11-21 16:40:01 epoch 1/6  step 50/2400  loss 1.2500  accuracy 0.1000  1,904 images/s  2:38 left
                2026-11-21 16:40:01 epoch 1/6  loss 1.5000 acc 0.1000  1:02
                2026-11-21 16:40:01 epoch 2/6  loss 1.5000 acc 0.1000  test loss 1.5000 acc 0.5000  1:02
                2026-11-21 16:40:01 stopped after step 801: SIGTERM; the same command continues

                """
        )
    }

    private func reportAll(to reporter: ProgressReporter) {
        reporter.tell("begins")
        reporter.show(status, atSeconds: 0)
        reporter.report(.step(.sample(step: 50)))
        reporter.report(.epoch(.sample(step: 400, epoch: 1, testLoss: 1.5, testAccuracy: 0.5)))
        reporter.report(.warning(WarningRecord(step: 0, message: "a.yaml: odd", wallTime: 0)))
    }

    @Test func quietPrintsOnlyWarnings() {
        #expect(output(columns: 80, .quiet, reportAll) == "warning: a.yaml: odd\n")
    }

    @Test func verbosePrintsALinePerIntervalOnATerminal() {
        let printed = output(columns: 80, .verbose, reportAll)
        #expect(printed.contains("step 50/2400") && printed.hasPrefix("begins\n\r"))
    }

    @Test func jsonPrintsTheEventsAndNothingElse() throws {
        let lines = output(columns: 80, .json, reportAll).split(separator: "\n")
        #expect(lines.count == 3)
        let events = try lines.map { try JSON.value(RunEvent.self, from: Data($0.utf8)) }
        #expect(events.map(\.step) == [50, 400, 0])
    }

    @Test(arguments: [1, 12, 123])
    func anEpochFitsATerminalOf80Columns(epochs: Int) {
        let plan = RunPlan(epochs: epochs, stepsPerEpoch: 400, globalBatchSize: 128)
        var printed = ""
        let reporter = ProgressReporter(plan: plan, columns: { 80 }, write: { printed += $0 })
        var record = EpochRecord.sample(step: 400, epoch: epochs, testLoss: 1.5, testAccuracy: 0.5)
        record.elapsedSeconds = 123_456
        reporter.report(.epoch(record))
        #expect(printed.count <= 80 && printed.contains("34:17:36"), "\(printed)")
    }

    @Test func worksWithoutARate() {
        let unknown = ProgressReporter.Status(step: 0, epoch: 1, loss: .nan, accuracy: 0, imagesPerSecond: 0)
        let bar = "epoch 1/6 [>                             ]  0/400  loss nan  accuracy 0.000  0 images/s"
        #expect(output(columns: 200) { $0.show(unknown, atSeconds: 0) } == "\r\(bar)\u{1B}[K")
    }
}
