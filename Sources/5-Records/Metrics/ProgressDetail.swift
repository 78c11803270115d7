/// How much a run says.
public enum ProgressDetail: Sendable {
    /// Warnings and an early stop.
    case quiet
    /// A bar on a terminal, or a line a logging interval elsewhere; a line an epoch.
    case usual
    /// The same, with a line a logging interval everywhere, checkpoints, and what the bits depend on.
    case verbose
    /// Every event as a JSON object a line, as in metrics.jsonl, and nothing else.
    case json
}
