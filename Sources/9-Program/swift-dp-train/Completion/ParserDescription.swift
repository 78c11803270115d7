import ArgumentParser
import Foundation

/// The commands and their arguments, as printed by `--experimental-dump-help`.
struct ParserDescription: Decodable {
    /// A command, or the program itself.
    struct Command: Decodable {
        let commandName: String
        let shouldDisplay: Bool
        let subcommands: [Command]?
        let arguments: [Argument]?
    }

    /// An option, a flag, or a positional argument.
    struct Argument: Decodable {
        enum Kind: String, Decodable {
            case positional, option, flag
        }

        struct Name: Decodable {
            let kind, name: String

            /// As written on a command line.
            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: Kind
        let shouldDisplay, isRepeating: Bool
        let parsingStrategy: String
        let names: [Name]?
        let completionKind: Completion?

        /// Whether it takes everything after `--`.
        var takesRest: Bool { parsingStrategy == "postTerminator" }
    }

    /// How a value is completed.
    struct Completion: Decodable {
        struct List: Decodable { let values: [String] }
        struct Nothing: Decodable {}
        struct Source: Decodable { let command: String }

        let list: List?
        let file, directory: Nothing?
        let shellCommand: Source?
    }

    let command: Command

    /// The description of this program.
    static func ofProgram() throws -> ParserDescription {
        try JSONDecoder().decode(ParserDescription.self, from: Data(SwiftDPTrain._dumpHelp().utf8))
    }
}
