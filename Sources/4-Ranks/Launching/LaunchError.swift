/// Why ranks can't be started at all.
package enum LaunchError: Error, Equatable, CustomStringConvertible {
    /// The host file is invalid.
    case hostFile(path: String, line: Int?, problem: String)
    /// The folder that the ranks share with their launcher can't be created.
    case session(path: String, reason: String)
    /// A signal asked to stop.
    case interrupted

    /// What is wrong, where, and what to do.
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
