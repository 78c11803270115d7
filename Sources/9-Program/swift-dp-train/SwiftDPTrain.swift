import ArgumentParser
import ConfigurationFiles
import Console
import Foundation
import Kernels

/// The program: `swift-dp-train COMMAND`; `train` is the default.
@main
struct SwiftDPTrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swift-dp-train",
        abstract:
            "Trains neural networks data-parallel under MPI: the same weights, bit for bit, on any number of ranks.",
        discussion: """
            Start it alone to debug (it then uses all cores), or under mpirun:

              mpirun -n 4 swift-dp-train --config cnn.yaml

            mpirun wants --allow-run-as-root from root, and --oversubscribe for more ranks than cores; \
            'swift-dp-train launch -n 4 -- --config cnn.yaml' takes care of both.

            Exit codes: 0 done; 64 bad usage or configuration; 65 bad data or checkpoint; 70 our fault; 74 input or \
            output; 75 interrupted, can be resumed.
            """,
        version: ProgramVersion.text,
        subcommands: [
            Train.self, Launch.self, Verify.self, Evaluate.self, Predict.self, Inspect.self, Compare.self, Explain.self,
            ExportCommand.self, SweepCommand.self, VerdictCommand.self, DataCommand.self, ConfigCommand.self,
            Bench.self, Digests.self, SessionCommand.self, Complete.self,
        ],
        defaultSubcommand: Train.self
    )

    /// Refuses a first word that is neither a command nor a configuration; `train` would search for a file of that name.
    private static func requireKnownCommand() {
        guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !word.hasSuffix(".yaml") else {
            return
        }
        let names = configuration.subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
        let known = configuration.subcommands.map { $0._commandName } + ["help"]
        guard !known.contains(word), (try? ConfigurationFile.locate(word)) == nil else { return }
        Failure.end(
            "there is no command '\(word)', and no such configuration; \(Spelling.hint(for: word, valid: names))",
            code: .usage
        )
    }

    static func main() async {
        Startup.openStandardStreams()
        Startup.takeFailedWritesAsErrors()
        // First, because the following calls read these variables.
        Startup.requireValidVariables()
        Startup.chooseBLASKernels()
        Startup.requireVectors()
        if let script = CompletionScript.asked(
            by: Array(CommandLine.arguments.dropFirst()),
            shell: ProcessInfo.processInfo.environment["SHELL"]
        ) {
            StandardStream.output.tellLine(script.text)
            return
        }
        do {
            requireKnownCommand()
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Failure.report(error)
        }
    }
}
