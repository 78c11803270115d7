/// What prevents trials from running.
package enum TrialsError: Error, Equatable, CustomStringConvertible {
    /// A run folder contains a run with another configuration.
    case otherConfiguration(path: String, found: String, needed: String)
    /// The folder for all run folders can't be used.
    case directory(path: String, reason: String)
    /// The program that starts the ranks isn't installed or can't be run.
    case launcher(name: String, reason: String)
    /// A signal asked to stop; completed trials are kept.
    case interrupted

    /// What is wrong, where, and what to do.
    package var description: String {
        switch self {
        case .otherConfiguration(let path, let found, let needed):
            "\(path): the run that is there has '\(found)' where '\(needed)' is needed: "
                + "remove that folder, or name another directory"
        case .directory(let path, let reason): "\(path): \(reason)"
        case .launcher(let name, let reason): "\(name): \(reason)"
        case .interrupted: "interrupted; the same command goes on from here"
        }
    }
}
