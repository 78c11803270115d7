/// What to do with checkpoints that are there when a run starts: `--resume`.
public enum ResumePolicy: Equatable, Sendable {
    /// Go on from the run folder's newest whole checkpoint; start where there is none.
    case automatic
    /// Clear what an earlier run left in the folder, and start; refuse to clear a finished run with other settings.
    case never
    /// Clear whatever an earlier run left in the folder, and start.
    case replace
    /// Go on from the checkpoint at a path.
    case from(path: String)
}
