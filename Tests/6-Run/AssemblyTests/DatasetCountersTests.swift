import Assembly
import Datasets
import Testing

@Suite(.timeLimit(.minutes(10))) struct DatasetCountersTests {
    @Test func namesAndStatisticsRoundTrip() throws {
        let shape = ImageShape(channels: 1, height: 2, width: 3)
        let set = ImageSet(shape: shape, pixels: Array(repeating: 0, count: 6), labels: [0])
        let dataset = ImageDataset(
            name: "images",
            classNames: ["a \"b\"\n<c>", "\u{1F408}"],
            maximumPixelValue: 255,
            normalization: Normalization(mean: [0.1], standardDeviation: [0.3]),
            training: set,
            test: set
        )
        let known = DatasetCounters(of: dataset)
        #expect(DatasetCounters(counters: known.counters) == known)
        #expect(known.classNames == dataset.classNames)
        #expect(DatasetCounters(counters: [:]) == nil)
        var damaged = known.counters
        damaged["dataset.shape"] = "[1, 0, 3]"
        #expect(DatasetCounters(counters: damaged) == nil)
    }
}
