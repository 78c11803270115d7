/// A program that can't be started.
package struct ProcessError: Error, Equatable, CustomStringConvertible {
    /// The program's name or path.
    package let program: String
    /// The system's reason.
    package let reason: String

    package init(program: String, reason: String) {
        self.program = program
        self.reason = reason
    }

    package var description: String {
        "\(program) can't be started: \(reason); Launch/quickstart installs what is needed"
    }
}
