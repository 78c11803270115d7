import Foundation

/// metrics.jsonl: the events of a run, one per line, in the order of their steps.
///
/// However often a run was killed and resumed, the file reads as one run: resuming at a step removes the events of
/// later steps, and a half line left by a crash. A step's events should be appended before its checkpoint is written,
/// because a resumed run doesn't repeat them.
package final class MetricsLog {
    /// Its name in a run's folder.
    package static let fileName = "metrics.jsonl"

    private let file: AppendOnlyFile

    /// Opens the log for appending.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - step: The step of the checkpoint that is resumed; events of later steps are removed. nil for a new file.
    /// - Throws: `MetricsError` if the file can't be read or written, or contains a broken line before its last.
    package init(path: String, resumingAtStep step: Int?) throws(MetricsError) {
        var kept = 0
        if let step, FileManager.default.fileExists(atPath: path) {
            kept = try Self.lines(path: path).prefix { $0.event.step <= step }.last?.end ?? 0
        }
        file = try AppendOnlyFile(path: path, keeping: kept)
    }

    /// Appends an event, which is in the file when this returns.
    ///
    /// - Parameter event: The event.
    /// - Throws: `MetricsError.unwritable`; no part of the event is in the file then.
    package func append(_ event: RunEvent) throws(MetricsError) {
        guard let json = try? JSON.data(event) else {
            preconditionFailure("MetricsLog: an event that is no JSON found: \(event)")
        }
        try file.append(json + [newline])
    }

    /// Reads a log.
    ///
    /// A half line at its end, left by a crash or a running process, is ignored.
    ///
    /// - Parameter path: The file.
    /// - Returns: The events, in the file's order.
    /// - Throws: `MetricsError` if the file can't be read or a line is broken.
    package static func events(path: String) throws(MetricsError) -> [RunEvent] {
        try lines(path: path).map(\.event)
    }

    /// The complete lines, each with the offset of the byte after it.
    private static func lines(path: String) throws(MetricsError) -> [(event: RunEvent, end: Int)] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
        var lines: [(event: RunEvent, end: Int)] = []
        var start = data.startIndex
        while let end = data[start...].firstIndex(of: newline) {
            do {
                lines.append((try JSON.value(RunEvent.self, from: data[start..<end]), end + 1))
            } catch {
                throw .brokenLine(path: path, line: lines.count + 1, reason: error.reason)
            }
            start = end + 1
        }
        return lines
    }
}

private let newline = UInt8(ascii: "\n")
