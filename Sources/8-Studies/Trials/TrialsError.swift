/// What keeps trials from being run.
package enum TrialsError: Error, Equatable, CustomStringConvertible {
    /// A run folder is that of another configuration.
    case otherConfiguration(path: String, found: String, needed: String)
    /// The folder of all run folders can't be used.
    case directory(path: String, reason: String)
    /// A program that starts the ranks isn't installed, or can't be run.
    case launcher(name: String, reason: String)
    /// Somebody asked to stop; what was finished stays.
    case interrupted

    /// What is wrong, where, and what to do about it.
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
