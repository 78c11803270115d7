import Yams

extension ConfigurationError {
    /// Translates an error of the YAML parser.
    ///
    /// - Parameters:
    ///   - yamlError: The parser's error.
    ///   - yaml: The document.
    ///   - file: Its name.
    ///   - hasLines: Whether line numbers of the document are meaningful to the user.
    init(yamlError: any Error, yaml: String, file: String, hasLines: Bool) {
        var line: Int?
        var problem: String
        var hint: String?
        switch yamlError as? YamlError {
        case .scanner(let context, let text, let mark, _), .parser(let context, let text, let mark, _),
            .composer(let context, let text, let mark, _):
            line = mark.line
            problem = "not valid YAML: \(text)"
            if let context, !context.text.isEmpty { problem += " \(context.text)" }
            if let context, hasLines, context.mark.line != mark.line { problem += " of line \(context.mark.line)" }
            let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
            if lines.indices.contains(mark.line - 1), lines[mark.line - 1].contains("\t") {
                hint = "indent with spaces, not tabs"
            }
        case .reader(let text, let offset, _, _):
            line = offset.map { yaml.prefix($0).count { $0.isNewline } + 1 }
            problem = "not valid YAML: \(text)"
        case .duplicatedKeysInMapping(let keys, let context):
            line = context.mark.line
            problem = "the key '\(keys.first ?? "")' appears more than once in a mapping"
            hint = "keep one of them"
        case let other:
            problem = "not valid YAML: \(other.map(String.init(describing:)) ?? "\(yamlError)")"
        }
        self.init(file: file, line: hasLines ? line : nil, problem: problem, hint: hint)
    }
}
