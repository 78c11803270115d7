/// How a run ended.
package enum RunOutcome: Sendable, Equatable {
    /// All steps are completed.
    case completed
    /// The run was asked to stop, and can be resumed.
    case interrupted(reason: String)

    /// Why it stopped early; nil if it is complete.
    var stopReason: String? {
        if case .interrupted(let reason) = self { reason } else { nil }
    }
}
