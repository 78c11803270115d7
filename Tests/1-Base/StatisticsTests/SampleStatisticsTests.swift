import Statistics
import Testing

@Suite(.timeLimit(.minutes(10))) struct SampleStatisticsTests {
    /// The mean is 5; the squared distances from it sum to 32.
    @Test func meanAndStandardDeviationByHand() {
        let statistics = SampleStatistics([2, 4, 4, 4, 5, 5, 7, 9])
        #expect(statistics.count == 8)
        #expect(statistics.mean == 5)
        #expect(statistics.standardDeviation == (32.0 / 7).squareRoot())
    }

    /// Values computed with SciPy by `Tests/Support/Golden/student_t.py`.
    @Test func pairedDifferencesHaveSciPysInterval() throws {
        let statistics = SampleStatistics(differencesOf: [0.7012, 0.6954, 0.7061], from: [0.5231, 0.5178, 0.5302])
        #expect(abs(statistics.mean - 0.1772) < 1e-15)
        #expect(abs(try #require(statistics.standardDeviation) / 0.001153256259467121 - 1) < 1e-12)
        #expect(abs(try #require(statistics.confidenceHalfWidth()) / 0.0028648473654543927 - 1) < 1e-12)
    }

    @Test func oneMeasurementHasNoStandardDeviation() {
        let statistics = SampleStatistics([0.7])
        #expect(statistics.mean == 0.7)
        #expect(statistics.standardDeviation == nil)
        #expect(statistics.confidenceHalfWidth() == nil)
    }
}
