import ArgumentParser
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

    @Argument(help: "The sweep: a path, or a name in Configs/ (experiments/sweep-digits.yaml).")
    var file: String

    func run() async throws {
        try Parents.requireNoRanks()
        let sweep = try Sweep(path: file)
        let failed = try await Interruption.cancelling { try await sweep.run(report: Parents.report) }
        guard !failed.isEmpty else { return }
        Parents.report("failed: \(failed.joined(separator: ", "))")
        throw ExitCode(Failure.Code.data.rawValue)
    }
}
