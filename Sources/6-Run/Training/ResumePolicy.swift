/// What to do with existing checkpoints when a run starts: `--resume`.
package enum ResumePolicy: Equatable, Sendable {
    /// Continue from the run folder's newest complete checkpoint; start a new run if there is none.
    case automatic
    /// Clear the folder and start a new run; refuse to clear a finished run with other settings.
    case never
    /// Clear the folder and start a new run.
    case replace
    /// Continue from the checkpoint at a path.
    case from(path: String)
}
