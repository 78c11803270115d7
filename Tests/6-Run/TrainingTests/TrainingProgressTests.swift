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
                stepsPerEpoch: 3
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

    @Test func anEpochsMeansAreOverItsSamples() {
        var totals = TrainingProgress().epochTotals
        totals.add(lossSum: 6, correctCount: 1, imageCount: 3)
        totals.add(lossSum: 2, correctCount: 1, imageCount: 1)
        #expect(totals.meanLoss == 2)
        #expect(totals.accuracy == 0.5)
    }
}
