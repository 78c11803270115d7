/// A time span in which one thread did one thing.
///
/// Two spans of a thread either don't overlap, or one contains the other.
package struct Span: Sendable, Equatable {
    /// What the thread did.
    package let phase: Phase
    /// The layer, such as `4.body.0`; empty for phases that don't belong to a layer.
    package let layer: String
    /// When it began, in nanoseconds since the recorder's origin.
    package let start: Int64
    /// When it ended, in nanoseconds since the recorder's origin.
    package let end: Int64

    /// A span.
    package init(_ phase: Phase, layer: String = "", start: Int64, end: Int64) {
        self.phase = phase
        self.layer = layer
        self.start = start
        self.end = end
    }

    /// The length in nanoseconds.
    package var duration: Int64 { end - start }
}

extension Sequence<Span> {
    /// How long each span took without the spans inside it, in nanoseconds.
    ///
    /// - Returns: A time for each span; together they add up to the time that the spans cover. The spans must be in the
    ///   order in which they ended, as they were recorded.
    package func exclusiveDurations() -> [(span: Span, nanoseconds: Int64)] {
        // Ended spans that are not inside a later one so far.
        var outer: [Span] = []
        return map { span in
            var inside: Int64 = 0
            while let last = outer.last, last.start >= span.start {
                inside += last.duration
                outer.removeLast()
            }
            outer.append(span)
            return (span, span.duration - inside)
        }
    }
}
