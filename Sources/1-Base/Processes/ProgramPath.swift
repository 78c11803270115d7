import Foundation

/// The path of this program.
package enum ProgramPath {
    /// The file itself, not a link to it; the command line's word if the system doesn't tell.
    package static var current: String {
        Bundle.main.executableURL?.resolvingSymlinksInPath().path ?? CommandLine.arguments[0]
    }
}
