/// Why ranks can't be started at all.
package enum LaunchError: Error, Equatable, CustomStringConvertible {
    /// The file of hosts is none.
    case hostFile(path: String, line: Int?, problem: String)
    /// The folder for what the ranks share with their launcher can't be made.
    case session(path: String, reason: String)
    /// Somebody asked to stop.
    case interrupted

    /// What is wrong, where, and what to do about it.
    package var description: String {
        switch self {
        case .hostFile(let path, let line, let problem):
            "\(path)\(line.map { ":\($0)" } ?? ""): \(problem)"
        case .session(let path, let reason):
            "\(path) can't be made: \(reason)"
        case .interrupted: "interrupted"
        }
    }
}
