import ArgumentParser
import Console

/// The options for the form of a command's output.
struct AnswerOptions: ParsableArguments {
    /// The form of an answer.
    enum Form {
        case line, usual, verbose, json
    }

    @Flag(name: .shortAndLong, help: "Print the result in a line, and nothing on the way.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Print more.")
    var verbose = false

    @Flag(help: "Print JSON, an object a line.")
    var json = false

    func validate() throws {
        if [quiet, verbose, json].count(where: { $0 }) > 1 {
            throw ValidationError("one of --quiet, --verbose and --json at most")
        }
    }

    var form: Form { quiet ? .line : verbose ? .verbose : json ? .json : .usual }

    /// Whether to print progress.
    var tellsProgress: Bool { !quiet && !json }

    /// Prints a line of progress to standard error, unless progress is off.
    func tell(_ line: @autoclosure () -> String) {
        if tellsProgress { StandardStream.error.tellLine(line()) }
    }
}
