import Foundation
import Numerics

/// A note in the environment from a process that restarts itself to its successor: which kernels were requested.
///
/// The successor removes the note and the variables that were set for it alone, so that processes that it starts,
/// perhaps on other machines, choose their own kernels.
enum RestartNote {
    private static let variable = "SWIFT_DP_RESTARTED_FOR"

    /// Writes the note for the program that this process becomes next.
    static func leave(_ kernels: KernelChoice) {
        let missing = kernels.environment.filter { getenv($0.name).map { String(cString: $0) } != $0.value }
        for (name, value) in missing { setenv(name, value, 1) }
        setenv(variable, ([kernels.coreType, kernels.vector] + missing.map(\.name)).joined(separator: " "), 1)
    }

    /// Reads and removes the note.
    ///
    /// - Returns: The requested kernels; nil if the process didn't restart itself.
    static func take() -> KernelChoice? {
        guard let words = getenv(variable).map({ String(cString: $0) })?.split(separator: " ").map(String.init),
            words.count >= 2
        else { return nil }
        for name in words.dropFirst(2) + [variable] { unsetenv(name) }
        return KernelChoice(coreType: words[0], vector: words[1])
    }
}
