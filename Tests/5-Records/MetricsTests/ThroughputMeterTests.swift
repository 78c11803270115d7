import Metrics
import Testing

@Suite(.timeLimit(.minutes(10))) struct ThroughputMeterTests {
    @Test func isZeroBeforeTheFirstStep() {
        #expect(ThroughputMeter().imagesPerSecond == 0)
    }

    @Test func imagesAreSharedOutOverTheSecondsOfAllSteps() {
        var meter = ThroughputMeter()
        meter.add(images: 100, seconds: 1)
        meter.add(images: 100, seconds: 3)
        #expect(meter.imagesPerSecond == 50)
    }
}
