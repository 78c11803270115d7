import ArgumentParser
import Console
import Networks
import Training

/// `inspect`.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a network's layers: output shape, parameters, FLOPs, receptive field, activation memory."
    )

    @OptionGroup var source: ConfigurationOptions

    func run() throws {
        let configuration = try source.load()
        try StandardStream.output.writeLine(NetworkTable(configuration: configuration).text)
    }
}
