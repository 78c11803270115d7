/// What can go wrong when the measurements of a run are written or read.
package enum MetricsError: Error, Equatable, CustomStringConvertible {
    /// A file is missing or can't be read.
    case unreadable(path: String, reason: String)
    /// A file can't be created or written: no permission, or the disk is full.
    case unwritable(path: String, reason: String)
    /// A line of metrics.jsonl, counted from 1, isn't a valid event.
    case brokenLine(path: String, line: Int, reason: String)
    /// summary.json isn't a valid summary.
    case brokenSummary(path: String, reason: String)

    /// What is wrong, where, and what to do.
    package var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path): can't be read: \(reason)"
        case .unwritable(let path, let reason):
            "\(path): can't be written: \(reason); check the folder's permissions and the space left on the disk"
        case .brokenLine(let path, let line, let reason):
            "\(path):\(line): expected one JSON event of a run, found a broken line: \(reason); remove the line"
        case .brokenSummary(let path, let reason):
            "\(path): expected the summary of a run, found a broken file: \(reason); run again to write it anew"
        }
    }
}
