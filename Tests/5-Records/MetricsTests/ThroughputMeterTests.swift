import Metrics
import Testing

@Suite(.timeLimit(.minutes(10))) struct ThroughputMeterTests {
    @Test func isZeroBeforeTheFirstStep() {
        #expect(ThroughputMeter().imagesPerSecond == 0)
        #expect(ThroughputMeter().intervalImagesPerSecond == 0)
    }

    @Test func keepsTheRunsRateAcrossIntervals() {
        var meter = ThroughputMeter()
        meter.add(images: 100, seconds: 1)
        meter.add(images: 100, seconds: 3)
        #expect(meter.intervalImagesPerSecond == 50)
        meter.startInterval()
        meter.add(images: 100, seconds: 1)
        #expect(meter.intervalImagesPerSecond == 100)
        #expect(meter.imagesPerSecond == 60)
    }
}
