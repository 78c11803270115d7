/// What a YAML file can describe.
package enum FileKind: CaseIterable, Sendable {
    /// A training run.
    case run
    /// A sweep: runs that differ in some keys.
    case sweep
    /// Experiments: runs that test claims.
    case experiments

    /// A key that every file of this kind has, and no file of another kind.
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

    /// The commands that read such a file.
    var commands: String {
        switch self {
        case .run: "train, inspect or bench"
        case .sweep: "sweep"
        case .experiments: "verdict"
        }
    }
}
