import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct SpanTests {
    @Test func exclusiveDurationsExcludeInnerSpans() {
        // step 0...100 holds forward 10...30 and backward 40...90, which holds reducing 50...60 and 60...65.
        let spans = [
            Span(.forward, layer: "0", start: 10, end: 30), Span(.reducing, start: 50, end: 60),
            Span(.reducing, start: 60, end: 65), Span(.backward, layer: "0", start: 40, end: 90),
            Span(.step, start: 0, end: 100), Span(.step, start: 100, end: 107),
        ]
        #expect(spans.exclusiveDurations().map(\.nanoseconds) == [20, 10, 5, 35, 30, 7])
    }

    @Test func aFullRecorderKeepsTheFirstSpansAndCountsTheRest() {
        let recorder: SpanRecorder? = SpanRecorder(origin: .now, capacity: 2)
        for layer in ["a", "b", "c"] { recorder.measure(.forward, layer: layer) {} }
        #expect(recorder?.spans.map(\.layer) == ["a", "b"])
        #expect(recorder?.droppedCount == 1)
    }

    @Test func withoutARecorderTheBodyJustRuns() {
        let recorder: SpanRecorder? = nil
        #expect(recorder.measure(.loss) { 42 } == 42)
    }

    @Test func aSpanThatThrowsIsRecordedToo() {
        struct Stop: Error {}
        let recorder: SpanRecorder? = SpanRecorder(origin: .now, capacity: 2)
        #expect(throws: Stop.self) { try recorder.measure(.step) { () throws(Stop) in throw Stop() } }
        #expect(recorder?.spans.count == 1)
    }
}
