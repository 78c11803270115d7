package import Subprocess

extension TerminationStatus {
    /// The exit code as a shell gives it: 128 + the signal for a killed process.
    package var exitCode: Int32 {
        switch self {
        case .exited(let code): Int32(code)
        case .signaled(let signal): 128 + Int32(signal)
        }
    }
}
