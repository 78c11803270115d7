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
            "Trials are runs of several ranks, as many at once as the cores hold. After any kill the same command goes on."
    )

    /// The file of a sweep.
    enum Kind: DescribedFile {
        static let help: ArgumentHelp = "The sweep: a path, or a name in Configs/ (experiments/sweep-digits.yaml)."
        static let plural = "sweeps"
    }

    @OptionGroup var file: FileArgument<Kind>

    @Flag(name: .shortAndLong, help: "Say only what went wrong.")
    var quiet = false

    @Flag(help: "Print the results as a JSON object a line, the best first, as in results.jsonl.")
    var json = false

    func validate() throws {
        if file.path == nil {
            throw ValidationError("one sweep is needed, such as experiments/sweep-digits.yaml")
        }
    }

    func run() async throws {
        try Parents.requireNoRanks()
        let sweep = try Sweep(path: file.path ?? "")
        let isQuiet = quiet
        let failed = try await Interruption.cancelling { try await sweep.run { if !isQuiet { Parents.report($0) } } }
        if json { try StandardStream.output.write(sweep.resultLines()) }
        guard !failed.isEmpty else { return }
        Parents.report("failed: \(failed.joined(separator: ", "))")
        throw ExitCode(Failure.Code.data.rawValue)
    }
}
