import Foundation
import Testing
import Tracing

/// The format's own names: <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>.
@Suite(.timeLimit(.minutes(10))) struct ChromeTraceTests {
    private struct Event: Decodable, Equatable {
        var name: String
        var cat: String?
        var ph: String
        var pid: Int
        var tid: Int
        var ts: Double?
        var dur: Double?
    }

    @Test func aSpanIsACompleteEventInMicroseconds() throws {
        let span = Span(.backward, layer: "4.body.0", start: 1_500, end: 4_000)
        let file = ChromeTrace.file(parts: [try ChromeTrace.part(rank: 3, host: "h", threads: [[], [span]])])
        let events = try JSONDecoder().decode([Event].self, from: file).filter { $0.ph == "X" }
        let expected = Event(name: "backward 4.body.0", cat: "backward", ph: "X", pid: 3, tid: 1, ts: 1.5, dur: 2.5)
        #expect(events == [expected])
    }

    @Test func everyRankAndThreadHasANamedRow() throws {
        let parts = try (0..<2).map { try ChromeTrace.part(rank: $0, host: "h\"\($0)", threads: [[], []]) }
        let events = try JSONDecoder().decode([Event].self, from: ChromeTrace.file(parts: parts))
        #expect(events.filter { $0.name == "process_name" }.map(\.pid) == [0, 1])
        #expect(
            events.filter { $0.name == "thread_name" }.map { [$0.pid, $0.tid] } == [[0, 0], [0, 1], [1, 0], [1, 1]]
        )
    }
}
