package import Metrics

/// Why a run can't be reported.
package enum ReportsError: Error, Equatable, CustomStringConvertible {
    /// There is no folder at the path.
    case noFolder(path: String)
    /// A file is missing in the folder, which a run writes at the given time.
    case noFile(path: String, written: String)
    /// A file of the folder is broken or can't be read.
    case metrics(MetricsError)

    /// What is missing or broken, and where.
    package var description: String {
        switch self {
        case .noFolder(let path): "\(path): expected a run's folder, found none"
        case .noFile(let path, let written): "\(path): missing; it is written \(written)"
        case .metrics(let error): error.description
        }
    }
}
