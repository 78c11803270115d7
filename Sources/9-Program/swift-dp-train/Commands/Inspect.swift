import ArgumentParser
import Benchmarks
import Console
import Networks

/// `inspect`.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a network's layers: output shape, parameters, FLOPs, receptive field, activation memory."
    )

    @OptionGroup var source: ConfigurationOptions

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    func run() throws {
        let configuration = try source.load()
        let table = try NetworkTable(configuration: configuration)
        try StandardStream.output.writeLine(json ? table.json() : table.text)
    }
}
