import ArgumentParser

/// The kind of a command's YAML file.
protocol DescribedFile {
    /// The kind's name, for the command's help.
    static var help: ArgumentHelp { get }
    /// Its plural, for errors.
    static var plural: String { get }
}

/// The YAML file of a command, as its argument or as `--config`.
struct FileArgument<Kind: DescribedFile>: ParsableArguments {
    @Argument(help: Kind.help, completion: CompletionSource.configuration.kind)
    var file: String?

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The same.", valueName: "file"),
        completion: CompletionSource.configuration.kind
    )
    var fileOption: String?

    func validate() throws {
        if let file, let fileOption {
            throw ValidationError("two \(Kind.plural) found, '\(file)' and '\(fileOption)', one needed")
        }
    }

    /// The file's path or name; nil if neither is given.
    var path: String? { fileOption ?? file }
}

/// `--set`.
struct OverrideOptions: ParsableArguments {
    @Option(
        name: .customLong("set"),
        parsing: .singleValue,
        help: ArgumentHelp(
            "Overrides a key of the configuration, with the same checks; can be repeated.",
            valueName: "key.path=value"
        ),
        completion: CompletionSource.setting.kind
    )
    var overrides: [String] = []
}
