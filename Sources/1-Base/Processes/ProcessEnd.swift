/// How a process ended.
package enum ProcessEnd: Equatable, Sendable {
    /// It exited with this code.
    case exited(Int32)
    /// It was killed by this signal.
    case signalled(Int32)

    /// Decodes the status that `waitpid` gives.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited(waitStatus >> 8 & 0xff) : .signalled(signal)
    }

    /// The exit code as a shell gives it: 128 + the signal for a killed process.
    package var exitCode: Int32 {
        switch self {
        case .exited(let code): code
        case .signalled(let signal): 128 + signal
        }
    }
}
