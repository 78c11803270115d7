/// How much a run prints.
package enum ProgressDetail: Sendable {
    /// Warnings and an early stop only.
    case quiet
    /// A bar on a terminal, or else a line per logging interval; a line per epoch.
    case usual
    /// In addition a line per logging interval on terminals, checkpoints, and what the bits depend on.
    case verbose
    /// Every event as a JSON object on one line, as in metrics.jsonl, and nothing else.
    case json
}
