import ArgumentParser
import Console

/// `complete`, which the shells' completion scripts call.
struct Complete: ParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)

    @Argument(parsing: .postTerminator) var words: [String] = []

    func run() throws {
        let completion = CommandLineCompletion(try ParserDescription.ofProgram(), defaultCommand: Train._commandName)
        for candidate in completion.candidates(for: words) { try StandardStream.output.writeLine(candidate) }
    }
}
