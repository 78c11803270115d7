/// How a process ended.
package enum ProcessEnd: Equatable, Sendable {
    /// By itself.
    case exited(Int32)
    /// By a signal.
    case signalled(Int32)

    /// Reads what `waitpid` tells.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited(waitStatus >> 8 & 0xff) : .signalled(signal)
    }

    /// What a shell makes of it.
    package var exitCode: Int32 {
        switch self {
        case .exited(let code): code
        case .signalled(let signal): 128 + signal
        }
    }
}
