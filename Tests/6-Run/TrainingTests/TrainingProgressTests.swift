import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct TrainingProgressTests {
    @Test(arguments: [0.1 + 0.2, 1.0 / 3, 1e-300, 123_456_789.123_456_789, 0])
    func countersRoundTripExactly(number: Double) {
        var progress = TrainingProgress()
        progress.step = 17
        progress.elapsedSeconds = number
        progress.epochTotals.add(lossSum: number, correctCount: 5, imageCount: 9)
        progress.epochTotals.add(lossSum: number, correctCount: 2, imageCount: 3)
        let sent = TrainingProgress.encoded(progress.counters)
        #expect(TrainingProgress(step: 17, counters: TrainingProgress.decoded(sent)) == progress)
        #expect(progress.epochTotals.correctCount == 7 && progress.epochTotals.imageCount == 12)
    }

    @Test(arguments: ["elapsed_seconds", "epoch_loss_sum", "epoch_correct_count", "epoch_image_count"])
    func aMissingOrInvalidCounterIsRefused(name: String) {
        var counters = TrainingProgress().counters
        counters[name] = "many"
        #expect(TrainingProgress(step: 0, counters: counters) == nil)
        counters[name] = nil
        #expect(TrainingProgress(step: 0, counters: counters) == nil)
    }

    @Test func theLastStepOfAnEpochGivesItsSumsAndTheNextEpochBeginsAnew() {
        var progress = TrainingProgress()
        let totals = (0..<4).map { step in
            progress.addStep(
                lossSum: Double(step),
                correctCount: step,
                imageCount: 10,
                seconds: 0.5,
                endsEpoch: step == 2
            )
        }
        #expect(totals.map { $0 == nil } == [true, true, false, true])
        #expect(totals[2]?.lossSum == 3 && totals[2]?.correctCount == 3 && totals[2]?.imageCount == 30)
        #expect(progress.step == 4 && progress.elapsedSeconds == 2)
        #expect(progress.epochTotals.lossSum == 3 && progress.epochTotals.imageCount == 10)
    }

    @Test(arguments: [
        ("elapsed_seconds", "nan"), ("cpu_seconds", "inf"), ("epoch_loss_sum", "1e999"),
        ("epoch_image_count", "9223372036854775807"), ("epoch_image_count", "-1"), ("epoch_correct_count", "1"),
    ])
    func aCounterThatNoRunReachesIsRefused(name: String, value: String) {
        var counters = TrainingProgress().counters
        counters[name] = value
        #expect(TrainingProgress(step: 0, counters: counters) == nil)
    }

    /// By hand: the best is the one after epoch 2; the equal one after epoch 4 isn't better.
    @Test func patienceIsCountedFromTheLastBetterEvaluation() {
        var progress = TrainingProgress()
        #expect(!progress.hasRunOutOfPatience(1, epoch: 9, everyEpochs: 1), "nothing was evaluated")
        for (epoch, accuracy) in [0.5, 0.75, 0.25, 0.75].enumerated() {
            progress.keepBest(accuracy: accuracy, epoch: epoch + 1)
        }
        #expect(progress.best == TrainingProgress.Best(accuracy: 0.75, epoch: 2))
        #expect(progress.hasRunOutOfPatience(2, epoch: 4, everyEpochs: 1))
        #expect(!progress.hasRunOutOfPatience(3, epoch: 4, everyEpochs: 1))
        #expect(!progress.hasRunOutOfPatience(nil, epoch: 100, everyEpochs: 1))
        // Evaluated after epochs 2, 4 and 6 only.
        #expect(!progress.hasRunOutOfPatience(3, epoch: 5, everyEpochs: 2))
        #expect(progress.hasRunOutOfPatience(3, epoch: 6, everyEpochs: 2))
        let sent = TrainingProgress.decoded(TrainingProgress.encoded(progress.counters))
        #expect(TrainingProgress(step: 0, counters: sent)?.best == progress.best)
        for (name, value) in [("best_accuracy", "nan"), ("best_accuracy", "1.5"), ("best_epoch", "0")] {
            #expect(TrainingProgress(step: 0, counters: sent.merging([name: value]) { $1 }) == nil, "\(name) \(value)")
        }
    }

    @Test func anEpochsMeansAreOverItsSamples() {
        var totals = TrainingProgress().epochTotals
        totals.add(lossSum: 6, correctCount: 1, imageCount: 3)
        totals.add(lossSum: 2, correctCount: 1, imageCount: 1)
        #expect(totals.meanLoss == 2)
        #expect(totals.accuracy == 0.5)
    }
}
