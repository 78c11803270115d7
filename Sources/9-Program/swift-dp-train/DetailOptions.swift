import ArgumentParser
import Metrics

/// The options `--quiet`, `--verbose` and `--json`.
struct DetailOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say only what went wrong.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Say more: each logging interval, checkpoints, what the bits depend on.")
    var verbose = false

    @Flag(help: "Print each event as a JSON object a line, as in metrics.jsonl.")
    var json = false

    func validate() throws {
        if [quiet, verbose, json].count(where: { $0 }) > 1 {
            throw ValidationError("one of --quiet, --verbose and --json at most")
        }
    }

    var detail: ProgressDetail { quiet ? .quiet : verbose ? .verbose : json ? .json : .usual }
}
