/// A mistake in a configuration, located as closely as the file allows.
///
/// Prints as `cnn.yaml:12: network.layers[3].conv2d.kernal: unknown key; did you mean 'kernel'? (valid: bias, kernel)`.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// The file with the mistake, or `--set` for one on the command line.
    package let file: String
    /// The line in the file, from 1; nil if no single line is to blame.
    package let line: Int?
    /// The key path of the value, such as `network.layers[3].conv2d.kernel`; empty for the file as a whole.
    package let keyPath: String
    /// What is wrong: what was expected, and what was found.
    package let problem: String
    /// What to do about it.
    package let hint: String?

    /// An error at a place in a configuration.
    package init(file: String, line: Int? = nil, keyPath: String = "", problem: String, hint: String? = nil) {
        self.file = file
        self.line = line
        self.keyPath = keyPath
        self.problem = problem
        self.hint = hint
    }

    /// File, line, key path, problem and hint in one line.
    package var description: String {
        var text = file
        if let line { text += ":\(line)" }
        if !keyPath.isEmpty { text += ": \(keyPath)" }
        text += ": \(problem)"
        if let hint { text += "; \(hint)" }
        return text
    }
}
