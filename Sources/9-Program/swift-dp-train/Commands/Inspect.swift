import ArgumentParser
import Benchmarks
import ConfigurationFiles
import Console
import Networks

/// `inspect`.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a network's layers: output shape, parameters, FLOPs, receptive field, activation memory.",
        discussion: "With --verbose also each trained tensor's name and shape, and the complete configuration."
    )

    @OptionGroup var source: ConfigurationOptions

    @OptionGroup var answer: AnswerOptions

    func run() throws {
        let configuration = try source.load()
        let table = try NetworkTable(configuration: configuration)
        let text =
            switch answer.form {
            case .line: table.totals
            case .usual: table.text
            case .verbose: "\(table.text)\n\n\(table.tensors)\n\n\(configuration.resolvedYAML())"
            case .json: try table.json()
            }
        try StandardStream.output.writeLine(text)
    }
}
