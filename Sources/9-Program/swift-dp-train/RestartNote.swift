import Foundation
import Numerics

/// What a process that starts itself anew tells its successor, in the environment: which kernels it is to have.
///
/// The successor removes it, with the variables that were set for it alone: processes that it starts, perhaps on other
/// machines, choose by themselves.
enum RestartNote {
    private static let variable = "SWIFT_DP_RESTARTED_FOR"

    /// Leaves the note for the program that this process becomes next.
    static func leave(_ kernels: KernelChoice) {
        let missing = kernels.environment.filter { getenv($0.name).map { String(cString: $0) } != $0.value }
        for (name, value) in missing { setenv(name, value, 1) }
        setenv(variable, ([kernels.coreType, kernels.vector] + missing.map(\.name)).joined(separator: " "), 1)
    }

    /// Takes the note, which is gone then.
    ///
    /// - Returns: The kernels that were asked for; nil where the process was started by somebody else.
    static func take() -> KernelChoice? {
        guard let words = getenv(variable).map({ String(cString: $0) })?.split(separator: " ").map(String.init),
            words.count >= 2
        else { return nil }
        for name in words.dropFirst(2) + [variable] { unsetenv(name) }
        return KernelChoice(coreType: words[0], vector: words[1])
    }
}
