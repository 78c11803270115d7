/// Completes the last word of a command line.
///
/// All shells use the same code: their scripts call `swift-dp-train complete`. The scripts that swift-argument-parser
/// generates don't complete the options of a default command.
struct CommandLineCompletion {
    private typealias Command = ParserDescription.Command
    private typealias Argument = ParserDescription.Argument

    private let root: Command
    /// The default command.
    private let defaultCommand: Command?
    private var command: Command
    private var positionalCount = 0
    /// The option whose value is the next word.
    private var openOption: Argument?
    /// Whether `--` was passed, after which no word is an option.
    private var hasEnded = false

    /// An empty command line.
    ///
    /// - Parameters:
    ///   - description: The commands.
    ///   - defaultCommand: The name of the default command.
    init(_ description: ParserDescription, defaultCommand: String) {
        root = description.command
        command = root
        self.defaultCommand = root.subcommands?.first { $0.commandName == defaultCommand }
    }

    /// Completes the last word.
    ///
    /// - Parameter words: The command line after the program's name; the last word is incomplete, perhaps empty.
    /// - Returns: Whole words. No space follows those that end with a slash or an equals sign.
    func candidates(for words: [String]) -> [String] {
        var line = self
        for word in words.dropLast() { line.pass(word) }
        return line.candidates(beginning: words.last ?? "")
    }

    private mutating func pass(_ word: String) {
        if openOption != nil {
            // bash splits `--config=cnn` into three words.
            if word != "=" { openOption = nil }
        } else if word == "--" {
            takeRest()
        } else if word.hasPrefix("-"), !hasEnded {
            openOption = argument(named: word).flatMap { $0.kind == .option ? $0 : nil }
        } else if positionalCount == 0, let subcommand = command.subcommands?.first(where: { $0.commandName == word }) {
            command = subcommand
        } else {
            positionalCount += 1
        }
    }

    /// After `--` follows another command line, if the command starts one, as `launch` does.
    private mutating func takeRest() {
        if arguments.contains(where: \.takesRest) {
            command = root
            positionalCount = 0
        } else {
            hasEnded = true
        }
    }

    private func candidates(beginning prefix: String) -> [String] {
        if let openOption { return Self.values(of: openOption, beginning: prefix == "=" ? "" : prefix) }
        if prefix.hasPrefix("-"), !hasEnded {
            guard let end = prefix.firstIndex(of: "=") else {
                return arguments.filter(\.shouldDisplay).flatMap { $0.names ?? [] }.map(\.text)
                    .filter { $0.hasPrefix(prefix) }
            }
            let values = argument(named: String(prefix[..<end])).map {
                Self.values(of: $0, beginning: String(prefix[end...].dropFirst()))
            }
            return (values ?? []).map { prefix[...end] + $0 }
        }
        let commands = positionalCount == 0 && !hasEnded ? command.subcommands ?? [] : []
        return commands.filter { $0.shouldDisplay && $0.commandName.hasPrefix(prefix) }.map(\.commandName)
            + (positional.map { Self.values(of: $0, beginning: prefix) } ?? [])
    }

    private var arguments: [Argument] {
        let own = command.arguments ?? []
        guard command.commandName == root.commandName, let rest = defaultCommand?.arguments else { return own }
        let names = Set(own.flatMap { $0.names ?? [] }.map(\.text))
        return own + rest.filter { ($0.names ?? []).allSatisfy { !names.contains($0.text) } }
    }

    private func argument(named name: String) -> Argument? {
        arguments.first { ($0.names ?? []).contains { $0.text == name } }
    }

    private var positional: Argument? {
        let places = arguments.filter { $0.kind == .positional && $0.shouldDisplay && !$0.takesRest }
        if positionalCount < places.count { return places[positionalCount] }
        return places.last.flatMap { $0.isRepeating ? $0 : nil }
    }

    private static func values(of argument: Argument, beginning prefix: String) -> [String] {
        guard let kind = argument.completionKind else { return [] }
        if let source = kind.shellCommand.flatMap({ CompletionSource(rawValue: $0.command) }) {
            return source.values(beginning: prefix)
        }
        if kind.directory != nil { return CompletionSource.paths(beginning: prefix) { _ in false } }
        if kind.file != nil { return CompletionSource.paths(beginning: prefix) }
        return (kind.list?.values ?? []).filter { $0.hasPrefix(prefix) }
    }
}
