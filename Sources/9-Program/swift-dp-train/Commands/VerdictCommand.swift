import ArgumentParser
import Collectives
import ConfigurationFiles
import Console
import Experiments
import Foundation
import Trials

/// `verdict`.
struct VerdictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict",
        abstract: "Runs what is missing of some experiments, and writes a page of what they came to.",
        discussion: """
            Starts the runs itself, as many ranks each as the file says. After any kill the same command goes on.

              swift-dp-train verdict --dataset photographs   # an MLP or a CNN, for my images?
            """
    )

    /// The kind of file: a list of experiments.
    enum Kind: DescribedFile {
        static let help: ArgumentHelp = """
            The experiments: a path, or a name in Configs/ (experiments/digits.yaml, ...; default: \
            experiments/verdict.yaml, with --dataset experiments/dataset.yaml).
            """
        static let plural = "lists of experiments"
    }

    @OptionGroup var file: FileArgument<Kind>

    @Option(
        help: """
            The data set of all runs: a folder of pictures or a file of 'data pack', a table, arrays, a folder in MNIST's \
            format, or a name such as mnist. Pictures get 32 rows and columns, and where they aren't in train/ and test/, \
            a fifth of each class is for test, unless --set says otherwise (as dataset.size=[64,64]).
            """,
        completion: .file()
    )
    var dataset: String?

    @OptionGroup var settings: OverrideOptions

    @Flag(help: "The file's smaller version.")
    var quick = false

    @Option(help: "The page (default: verdict.html in the experiments' directory).", completion: .file())
    var output: String?

    func run() async throws {
        try Parents.requireNoRanks()
        let choice = try dataset.map { (word) throws(ConfigurationError) in try DatasetChoice(word) }
        let usual = choice == nil ? "experiments/verdict.yaml" : "experiments/dataset.yaml"
        let verdict = try Verdict(
            path: file.path ?? usual,
            isQuick: quick,
            dataset: choice,
            overrides: settings.overrides
        )
        let output = output
        let conclusion = try await Interruption.cancelling {
            try await verdict.run(output: output, report: Parents.report)
        }
        for problem in conclusion.problems { try StandardStream.output.writeLine("missing: \(problem)") }
        try StandardStream.output.writeLine("\(conclusion.sentence)\n\(conclusion.page)")
        if !conclusion.problems.isEmpty { throw ExitCode(Failure.Code.data.rawValue) }
    }
}

/// For commands that start other runs.
enum Parents {
    /// Ends the program if it is one of several ranks: each would start all runs.
    static func requireNoRanks() throws {
        guard MPICommunicator.isLaunchedByMPI else { return }
        throw ValidationError("start this command without mpirun: it starts the ranks of its runs itself")
    }

    /// Prints a line of progress.
    @Sendable static func report(_ line: String) { StandardStream.error.tellLine(line) }
}
