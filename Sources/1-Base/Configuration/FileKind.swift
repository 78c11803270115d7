/// What a file of this form can describe.
public enum FileKind: CaseIterable, Sendable {
    /// One run.
    case run
    /// Runs that differ in some keys.
    case sweep
    /// Runs that answer questions.
    case experiments

    /// A key that every file of this kind has, and none of another.
    var mainKey: String {
        switch self {
        case .run: "network"
        case .sweep: "parameters"
        case .experiments: "experiments"
        }
    }

    var description: String {
        switch self {
        case .run: "a run's configuration"
        case .sweep: "a sweep"
        case .experiments: "a list of experiments"
        }
    }

    /// The commands that take such a file.
    var commands: String {
        switch self {
        case .run: "train, inspect or bench"
        case .sweep: "sweep"
        case .experiments: "verdict"
        }
    }
}
