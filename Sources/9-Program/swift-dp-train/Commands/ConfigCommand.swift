import ArgumentParser
import ConfigurationFiles
import Console
import Experiments
import NetworkAssembly
import Sweeps

/// `config`: describes the keys of a configuration.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Tells what a configuration can say.",
        subcommands: [Reference.self]
    )

    /// `config reference`.
    struct Reference: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Prints every key of a run, a sweep and experiments, and every layer's options: default, valid values, meaning.",
            discussion: """
                null stands for the default, also on the command line: --set dataset.limit=null. A layer is its kind \
                alone, as in "- relu", or kind: {options}.
                """
        )

        func run() throws {
            let references =
                try [Configuration.reference()] + ConfigurationReference.layers()
                + [SweepFile.reference(), ExperimentFile.reference()]
            try StandardStream.output.write(references.map { $0.text() }.joined(separator: "\n"))
        }
    }
}
