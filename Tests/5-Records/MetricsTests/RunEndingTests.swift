import Metrics
import RunSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct RunEndingTests {
    private func summary(epochs: Int) -> RunSummary {
        .sample(
            configName: "cnn",
            epochs: epochs,
            steps: 10,
            testLoss: 1,
            testAccuracy: 0.75,
            wallSeconds: 62,
            imagesPerSecond: 1904
        )
    }

    private func start(_ overrides: [String] = [], plannedEpochs: Int = 3) -> RunEnding.Start {
        RunEnding.Start(configuration: "cnn.yaml", overrides: overrides, plannedEpochs: plannedEpochs, patience: 2)
    }

    private func lastLine(_ summary: RunSummary, _ start: RunEnding.Start) -> String? {
        RunEnding(summary: summary, epochs: [], folder: "r", start: start).text.split(separator: "\n").last.map(
            String.init
        )
    }

    @Test func aRunThatWasToStopSoonerGoesOnToThePlannedEpochs() {
        let start = start(["training.epochs=30", "optimizer.name=sgd"], plannedEpochs: 30)
        #expect(
            lastLine(summary(epochs: 3), start)
                == "  swift-dp-train cnn.yaml --run-dir r --set training.epochs=30 --set optimizer.name=sgd"
        )
    }

    @Test func aRunWithAScheduleOfItsWholeLengthGivesItsWeightsToANewOne() {
        var start = start(["training.epochs=3", "optimizer.name=sgd"])
        start.hasScheduleOfWholeRun = true
        #expect(
            lastLine(summary(epochs: 3), start)
                == "  swift-dp-train cnn.yaml --initialize-from r --run-dir r-next --set training.epochs=3 "
                + "--set optimizer.name=sgd"
        )
    }

    @Test func aRunThatRanOutOfPatienceGoesOnWithMoreOfIt() {
        var summary = summary(epochs: 3)
        summary.stoppedBecause = "no better test accuracy for 2 epochs (training.patience)"
        #expect(
            lastLine(summary, start(["training.patience=2"], plannedEpochs: 30))
                == "  swift-dp-train cnn.yaml --run-dir r --set training.patience=4"
        )
    }

    @Test(arguments: [
        (
            2,
            "time: compute 75 %, data 3 %, exposed communication 1 %, waiting for slower ranks 6 %, evaluation 5 %, "
                + "checkpoints 8 %, other 2 %"
        ), (1, "time: compute 75 %, data 3 %, evaluation 5 %, checkpoints 8 %, other 2 %"),
    ]) func aRunTellsWhatItsTimeWentTo(worldSize: Int, line: String) {
        var summary = summary(epochs: 3)
        summary.worldSize = worldSize
        summary.timeShares = TimeShares(
            computeSeconds: 150,
            dataSeconds: 6,
            exposedCommunicationSeconds: 2,
            waitingForSlowerRanksSeconds: 12,
            evaluationSeconds: 10,
            checkpointSeconds: 16,
            otherSeconds: 4
        )
        let lines = RunEnding(summary: summary, epochs: [], folder: "r", start: start()).text.split(separator: "\n")
        #expect(lines[1] == line)
    }

    @Test func aRunEndsWithItsResultAndTheNextCommands() {
        let epochs = (1...3).map { epoch in
            EpochRecord.sample(step: epoch, epoch: epoch, testLoss: 1, testAccuracy: epoch == 2 ? 0.875 : 0.75)
        }
        let ending = RunEnding(
            summary: summary(epochs: 3),
            epochs: epochs,
            folder: "my runs/cnn",
            start: start(["optimizer.learningRate=0.01", "training.epochs=3", "training.patience=2"])
        )
        #expect(
            ending.text == """
                test accuracy 0.7500 after epoch 3, best 0.8750 after epoch 2, 1,904 images/s, 1:02
                in my runs/cnn: checkpoints, metrics.jsonl, summary.json; next:
                  swift-dp-train evaluate --checkpoint 'my runs/cnn'
                  swift-dp-train explain --checkpoint 'my runs/cnn' --output 'my runs/cnn/explained'
                  swift-dp-train cnn.yaml --run-dir 'my runs/cnn' --set optimizer.learningRate=0.01 \
                --set training.patience=2 --set training.epochs=6
                """
        )
    }

    @Test func validationSamplesAreCalledValidation() {
        var summary = summary(epochs: 3)
        (summary.testLoss, summary.testAccuracy) = (nil, nil)
        (summary.validationLoss, summary.validationAccuracy) = (1, 0.5)
        let epochs = (1...3).map { epoch in
            var record = EpochRecord.sample(step: epoch, epoch: epoch, testLoss: nil, testAccuracy: nil)
            (record.validationLoss, record.validationAccuracy) = (1, epoch == 1 ? 0.625 : 0.5)
            return record
        }
        let ending = RunEnding(summary: summary, epochs: epochs, folder: "r", start: start())
        #expect(ending.text.hasPrefix("validation accuracy 0.5000 after epoch 3, best 0.6250 after epoch 1, "))
        #expect(!ending.text.contains("test accuracy"))
    }

    @Test func theBestEpochIsNotRepeatedIfItIsTheLast() {
        let epochs = [EpochRecord.sample(step: 1, epoch: 3, testLoss: 1, testAccuracy: 0.75)]
        let ending = RunEnding(summary: summary(epochs: 3), epochs: epochs, folder: "r", start: start())
        #expect(!ending.text.contains("best"))
    }

    @Test(arguments: [("runs/cnn", "runs/cnn"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"), ("$x", "'$x'")])
    func wordsAreQuotedForTheShell(word: String, quoted: String) {
        #expect(RunEnding.quoted(word) == quoted)
    }
}
