/// Notes what one thread does and when, in memory that is there before the first span.
///
/// A recorder belongs to one thread at a time. Whoever might record holds an optional one: without it, a measured stretch
/// costs a comparison with nil.
public final class SpanRecorder: @unchecked Sendable {
    /// What was recorded, in the order in which it ended.
    public private(set) var spans: [Span] = []
    /// How many spans found no room.
    public private(set) var droppedCount = 0
    private let capacity: Int
    private let origin: ContinuousClock.Instant

    /// Makes room for spans.
    ///
    /// - Parameters:
    ///   - origin: The moment from which times count.
    ///   - capacity: How many spans are kept, the first ones.
    public init(origin: ContinuousClock.Instant, capacity: Int) {
        self.origin = origin
        self.capacity = capacity
        spans.reserveCapacity(capacity)
    }

    /// Forgets what was recorded.
    public func removeAll() {
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
    /// Runs `body` and, where there is a recorder, notes when.
    ///
    /// - Parameters:
    ///   - phase: What `body` does.
    ///   - layer: The layer that it does it for; by default none.
    ///   - body: What to run.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    @inline(__always)
    public func measure<Value, Failure: Error>(
        _ phase: Span.Phase,
        layer: @autoclosure () -> String = "",
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        guard let self else { return try body() }
        let start = self.now
        defer { self.append(Span(phase, layer: layer(), start: start, end: self.now)) }
        return try body()
    }
}
