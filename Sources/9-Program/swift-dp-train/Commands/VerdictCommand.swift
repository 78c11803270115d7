import ArgumentParser
import Collectives
import Console
import Experiments
import Foundation
import Trials

/// `verdict`.
struct VerdictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict",
        abstract: "Runs what is missing of some experiments, and writes a page of what they came to.",
        discussion:
            "Starts the runs itself, as many ranks each as the file says. After any kill the same command goes on."
    )

    /// The file of a list of experiments.
    enum Kind: DescribedFile {
        static let help: ArgumentHelp = """
            The experiments: a path, or a name in Configs/ (experiments/digits.yaml, ...; default: \
            experiments/verdict.yaml).
            """
        static let plural = "lists of experiments"
    }

    @OptionGroup var file: FileArgument<Kind>

    @Flag(help: "The file's smaller version.")
    var quick = false

    @Option(help: "The page (default: verdict.html in the experiments' directory).")
    var output: String?

    func run() async throws {
        try Parents.requireNoRanks()
        let verdict = try Verdict(path: file.path ?? "experiments/verdict.yaml", isQuick: quick)
        let output = output
        let conclusion = try await Interruption.cancelling {
            try await verdict.run(output: output, report: Parents.report)
        }
        for problem in conclusion.problems { try StandardStream.output.writeLine("missing: \(problem)") }
        try StandardStream.output.writeLine("\(conclusion.sentence)\n\(conclusion.page)")
        if !conclusion.problems.isEmpty { throw ExitCode(Failure.Code.data.rawValue) }
    }
}

/// What the commands that start runs of their own have in common.
enum Parents {
    /// Refuses to be one of several ranks: each would start all runs.
    static func requireNoRanks() throws {
        guard MPICommunicator.isLaunchedByMPI else { return }
        throw ValidationError("start this command without mpirun: it starts the ranks of its runs itself")
    }

    /// Prints a line of progress.
    @Sendable static func report(_ line: String) { StandardStream.error.tellLine(line) }
}
