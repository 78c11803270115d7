import ArgumentParser
import Foundation
import Kernels

/// The program: `swift-dp-train COMMAND`, where `train` goes without saying.
@main
struct SwiftDPTrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swift-dp-train",
        abstract:
            "Trains neural networks data-parallel under MPI: the same weights, bit for bit, on any number of ranks.",
        discussion: """
            Start it alone to debug (it then uses all cores), or under mpirun:

              mpirun -n 4 swift-dp-train --config cnn.yaml

            Exit codes: 0 done; 64 bad usage or configuration; 65 bad data or checkpoint; 70 our fault; 74 input or \
            output; 75 interrupted, can be resumed.
            """,
        version: ProgramVersion.text,
        subcommands: [
            Train.self, Launch.self, Verify.self, Evaluate.self, Inspect.self, Compare.self, Explain.self,
            ExportCommand.self, SweepCommand.self, VerdictCommand.self, DataCommand.self, ConfigCommand.self,
            Bench.self,
            Trace.self,
        ],
        defaultSubcommand: Train.self
    )

    static func main() async {
        Startup.openStandardStreams()
        Startup.takeFailedWritesAsErrors()
        Startup.chooseBLASKernels()
        Startup.requireVectors()
        Startup.requireValidVariables()
        do {
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
