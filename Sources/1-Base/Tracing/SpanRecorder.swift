/// Records the spans of one thread, in memory allocated before the first span.
///
/// A recorder belongs to one thread at a time. Callers hold an optional recorder, nil when tracing is off, which costs
/// one comparison.
package final class SpanRecorder: @unchecked Sendable {
    /// The recorded spans, in the order in which they ended.
    package private(set) var spans: [Span] = []
    /// How many spans were not recorded because the memory was full.
    package private(set) var droppedCount = 0
    private let capacity: Int
    private let origin: ContinuousClock.Instant

    /// Allocates memory for spans.
    ///
    /// - Parameters:
    ///   - origin: The time from which spans are measured.
    ///   - capacity: How many spans are recorded; later ones are dropped.
    package init(origin: ContinuousClock.Instant, capacity: Int) {
        self.origin = origin
        self.capacity = capacity
        spans.reserveCapacity(capacity)
    }

    /// Removes all spans.
    package func removeAll() {
        spans.removeAll(keepingCapacity: true)
        droppedCount = 0
    }

    fileprivate var now: Int64 {
        let components = origin.duration(to: .now).components
        return components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }

    fileprivate func append(_ span: Span) {
        if spans.count < capacity { spans.append(span) } else { droppedCount += 1 }
    }
}

extension SpanRecorder? {
    /// Runs `body` and records a span if there is a recorder.
    ///
    /// - Parameters:
    ///   - phase: What `body` does.
    ///   - layer: The layer; by default none.
    ///   - body: What to run.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    @inline(__always)
    package func measure<Value, Failure: Error>(
        _ phase: Phase,
        layer: @autoclosure () -> String = "",
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        guard let self else { return try body() }
        let start = self.now
        defer { self.append(Span(phase, layer: layer(), start: start, end: self.now)) }
        return try body()
    }
}
