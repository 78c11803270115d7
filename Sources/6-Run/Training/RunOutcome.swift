/// How a run ended.
public enum RunOutcome: Sendable, Equatable {
    /// All its steps are done.
    case completed
    /// It was asked to stop, and can be resumed.
    case interrupted(reason: String)

    /// Why it stopped early; nil where it didn't.
    var stopReason: String? {
        if case .interrupted(let reason) = self { reason } else { nil }
    }
}
