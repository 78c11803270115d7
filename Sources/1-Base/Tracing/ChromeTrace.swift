package import Foundation

/// Spans in Chrome's trace event format, which Perfetto and chrome://tracing show as one row for each rank and thread.
///
/// <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>: JSON array format, complete events,
/// times in microseconds.
package enum ChromeTrace {
    /// Makes one rank's part of a trace: a JSON array.
    ///
    /// - Parameters:
    ///   - rank: The rank.
    ///   - host: Where it runs.
    ///   - threads: The spans of each of its threads.
    /// - Returns: The rank's part, for `file(parts:)`.
    /// - Throws: `EncodingError`.
    package static func part(rank: Int, host: String, threads: [[Span]]) throws -> Data {
        var events = [
            Event(name: "process_name", ph: "M", pid: rank, tid: 0, args: .init(name: "rank \(rank) on \(host)")),
            Event(name: "process_sort_index", ph: "M", pid: rank, tid: 0, args: .init(sort_index: rank)),
        ]
        for (thread, spans) in threads.enumerated() {
            events.append(
                Event(name: "thread_name", ph: "M", pid: rank, tid: thread, args: .init(name: "thread \(thread)"))
            )
            events += spans.map { Event($0, rank: rank, thread: thread) }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return try encoder.encode(events)
    }

    /// Joins the parts of all ranks.
    ///
    /// - Parameter parts: What `part(rank:host:threads:)` made, at least one.
    /// - Returns: The contents of the file.
    package static func file(parts: [Data]) -> Data {
        // Each part is an array of at least one element; the text between the brackets is joined.
        var file = Data("[".utf8)
        for (index, part) in parts.enumerated() {
            if index > 0 { file += Data(",\n".utf8) }
            file += part.dropFirst().dropLast()
        }
        return file + Data("]\n".utf8)
    }

    /// An event under the format's own names.
    fileprivate struct Event: Encodable {
        let name: String
        var cat: String?
        let ph: String
        let pid: Int
        let tid: Int
        var ts: Double?
        var dur: Double?
        var args: Arguments?

        // The format's own spelling.
        // swift-format-ignore: AlwaysUseLowerCamelCase
        struct Arguments: Encodable {
            var name: String?
            var sort_index: Int?
        }
    }
}

extension ChromeTrace.Event {
    fileprivate init(_ span: Span, rank: Int, thread: Int) {
        self.init(
            name: span.layer.isEmpty ? "\(span.phase)" : "\(span.phase) \(span.layer)",
            cat: span.phase.description,
            ph: "X",
            pid: rank,
            tid: thread,
            ts: Double(span.start) / 1e3,
            dur: Double(span.duration) / 1e3
        )
    }
}
