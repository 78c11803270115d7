import ArgumentParser
import Console
import Sweeps
import Trials

/// `sweep`.
struct SweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Searches a grid, at random, or by successive halving over any configuration keys.",
        discussion:
            """
            Trials are runs of several ranks, as many at once as the cores hold. After any kill the same command goes on. \
            Prints the best settings, their value, and the command that trains them again; with --quiet the settings and \
            the value alone, with --verbose every trial's, the best first, with --json the same as in results.jsonl.
            """
    )

    /// The kind of file: a sweep.
    enum Kind: DescribedFile {
        static let help: ArgumentHelp = "The sweep: a path, or a name in Configs/ (experiments/sweep-digits.yaml)."
        static let plural = "sweeps"
    }

    @OptionGroup var file: FileArgument<Kind>

    @OptionGroup var answer: AnswerOptions

    func validate() throws {
        if file.path == nil {
            throw ValidationError("one sweep is needed, such as experiments/sweep-digits.yaml")
        }
    }

    func run() async throws {
        try Parents.requireNoRanks()
        let sweep = try Sweep(path: file.path ?? "")
        let tellsProgress = answer.tellsProgress
        let outcome = try await Interruption.cancelling {
            try await sweep.run { if tellsProgress { Parents.report($0) } }
        }
        let text =
            switch answer.form {
            case .line: outcome.bestLine + "\n"
            case .usual: outcome.text + "\n"
            case .verbose: "\(outcome.table)\n\n\(outcome.text)\n"
            case .json: outcome.results.jsonLines()
            }
        try StandardStream.output.write(text)
        for failure in outcome.failures { Parents.report("failed: \(failure)") }
        if !outcome.failures.isEmpty { throw ExitCode(Failure.Code.data.rawValue) }
    }
}
