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

    /// The policies that have a word on the command line.
    private static let named: KeyValuePairs<String, ResumePolicy> = [
        "auto": .automatic, "never": .never, "replace": .replace,
    ]

    /// The words on the command line; anything else is a path.
    package static var words: [String] { named.map(\.key) }

    /// The policy that a word or path on the command line means.
    package init(_ text: String) {
        self = Self.named.first { $0.key == text }?.value ?? .from(path: text)
    }
}
