/// A stretch of time in which one thread did one thing.
///
/// Of any two spans of a thread, one lies in the other or they are apart.
public struct Span: Sendable, Equatable {
    /// What the thread did.
    public let phase: Phase
    /// The layer that it did it for, such as `4.body.0`; empty where the phase knows none.
    public let layer: String
    /// When it began, in nanoseconds since the recorder's origin.
    public let start: Int64
    /// When it ended, in nanoseconds since the recorder's origin.
    public let end: Int64

    /// A span.
    ///
    /// - Parameters:
    ///   - phase: What the thread did.
    ///   - layer: The layer that it did it for; by default none.
    ///   - start: When it began, in nanoseconds since the recorder's origin.
    ///   - end: When it ended, likewise.
    public init(_ phase: Phase, layer: String = "", start: Int64, end: Int64) {
        self.phase = phase
        self.layer = layer
        self.start = start
        self.end = end
    }

    /// How long it took, in nanoseconds.
    public var duration: Int64 { end - start }

    /// What a thread can do; the raw values are the names in traces and tables.
    public enum Phase: String, Sendable, CaseIterable {
        /// A training step, with all that follows.
        case step
        /// The fingerprint by which ranks find out that their replicas differ.
        case fingerprint
        /// Bringing weights into the form in which the kernels want them.
        case packing
        /// A thread's shards; on the first thread, also waiting for the others.
        case shards
        /// Normalizing and augmenting the samples of a shard.
        case data
        /// A layer's forward pass.
        case forward
        /// The loss and its gradient.
        case loss
        /// A layer's backward pass.
        case backward
        /// Reduction of what is ready, while backward goes on.
        case reducing
        /// The rest of the reduction, and waiting for it.
        case waiting
        /// The optimizer.
        case updating
        /// The test set.
        case evaluation
        /// Handing a checkpoint over to its writer.
        case checkpoint
    }
}

extension Sequence<Span> {
    /// How long each span took without the spans inside it, in nanoseconds.
    ///
    /// - Returns: A time for each span, which add up to the time that spans cover. The spans must be in the order of
    ///   their ends, as they were recorded.
    public func exclusiveDurations() -> [(span: Span, nanoseconds: Int64)] {
        // Spans that ended, and that no later one has been found to hold.
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
