import Foundation
import Metrics
import Testing

@Suite(.timeLimit(.minutes(10))) struct RunEventTests {
    @Test func isOneLineOfSortedSnakeCaseFields() throws {
        let line = String(decoding: try JSON.data(RunEvent.step(.sample(step: 50))), as: UTF8.self)
        #expect(
            line == """
                {"elapsed_seconds":12,"epoch":1,"event":"step","images_per_second":1903.5,"learning_rate":0.001,\
                "rank_step_seconds":{"max":0.75,"mean":0.625,"min":0.5,"slowest_rank":1},"step":50,\
                "train_accuracy":0.1,"train_loss":1.25,"wall_time":1700000000.25}
                """
        )
    }

    @Test(arguments: [
        RunEvent.start(
            StartRecord(
                step: 0,
                epoch: 1,
                configName: "cnn",
                worldSize: 4,
                threadsPerRank: 1,
                globalBatchSize: 128,
                stepsPerEpoch: 391,
                wallTime: 1
            )
        ),
        .step(.sample(step: 50)),
        .epoch(.sample(step: 391, epoch: 1, testLoss: nil, testAccuracy: nil)),
        .epoch(.sample(step: 391, epoch: 1, testLoss: 1.5, testAccuracy: 0.5)),
        .checkpoint(CheckpointRecord(step: 391, epoch: 1, name: "step-00000391", waitSeconds: 0.25, wallTime: 1)),
        .warning(WarningRecord(step: 7, message: "a \"quoted\"\nline / of two", wallTime: 1)),
        .slowRank(SlowRankRecord(step: 9, rank: 3, host: "a", factor: 1.5, reason: "its clock", wallTime: 1)),
        .slowRank(SlowRankRecord(step: 9, rank: 3, host: "a", factor: 1, reason: nil, wallTime: 1)),
        .stop(StopRecord(step: 8, epoch: 1, completed: false, reason: "SIGTERM", elapsedSeconds: 2, wallTime: 1)),
    ])
    func readsBackAsWritten(event: RunEvent) throws {
        let data = try JSON.data(event)
        #expect(!data.contains(UInt8(ascii: "\n")))
        #expect(try JSON.value(RunEvent.self, from: data) == event)
    }

    @Test(arguments: [(Double.nan, "\"NaN\""), (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\"")])
    func writesNonFiniteNumbersAsText(loss: Double, text: String) throws {
        let data = try JSON.data(RunEvent.step(.sample(step: 1, trainLoss: loss)))
        #expect(String(decoding: data, as: UTF8.self).contains("\"train_loss\":\(text),"))
        guard case .step(let record) = try JSON.value(RunEvent.self, from: data) else {
            Issue.record("another event read than written")
            return
        }
        #expect(record.trainLoss == loss || (record.trainLoss.isNaN && loss.isNaN))
    }

    @Test(arguments: [0.1, 1.0 / 3, .leastNonzeroMagnitude, 1.797_693_134_862_315_7e308, 16_777_217])
    func keepsEveryBitOfANumber(loss: Double) throws {
        let event = RunEvent.step(.sample(step: 1, trainLoss: loss))
        #expect(try JSON.value(RunEvent.self, from: JSON.data(event)) == event)
    }
}
