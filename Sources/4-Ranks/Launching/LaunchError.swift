/// Why ranks can't be started at all.
public enum LaunchError: Error, Equatable, CustomStringConvertible {
    /// The file of hosts is none.
    case hostFile(path: String, line: Int?, problem: String)
    /// An option of `train` doesn't go together with starting again.
    case resumeFromPath(String)
    /// A program can't be started.
    case notStarted(program: String, reason: String)
    /// The folder for what the ranks share with their launcher can't be made.
    case session(path: String, reason: String)

    /// What is wrong, where, and what to do about it.
    public var description: String {
        switch self {
        case .hostFile(let path, let line, let problem):
            "\(path)\(line.map { ":\($0)" } ?? ""): \(problem)"
        case .resumeFromPath(let path):
            "--resume \(path) found, auto or never needed under launch, which goes on from the run's newest checkpoint"
        case .notStarted(let program, let reason):
            "\(program) can't be started: \(reason); Launch/quickstart installs what is needed"
        case .session(let path, let reason):
            "\(path) can't be made: \(reason)"
        }
    }
}
