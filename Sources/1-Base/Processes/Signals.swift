#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Signals that ask this process to stop.
package enum Signals {
    /// A signal handler, which may only do what POSIX allows in one.
    package typealias Handler = @convention(c) (Int32) -> Void

    /// Installs a handler for signals, and unblocks them if the parent process has blocked them.
    ///
    /// SIGHUP and SIGINT stay ignored if they are ignored already: `nohup` and a shell's background jobs rely on that.
    ///
    /// - Parameters:
    ///   - numbers: The signals.
    ///   - handler: The function to call.
    package static func handle(_ numbers: [Int32], with handler: Handler) {
        var asking = sigset_t()
        sigemptyset(&asking)
        for number in numbers where ![SIGHUP, SIGINT].contains(number) || !isIgnored(number) {
            signal(number, handler)
            sigaddset(&asking, number)
        }
        pthread_sigmask(SIG_UNBLOCK, &asking, nil)
    }

    /// Whether a signal is ignored, which the parent process may have asked for.
    package static func isIgnored(_ number: Int32) -> Bool {
        var present = sigaction()
        guard sigaction(number, nil, &present) == 0 else { return false }
        #if canImport(Glibc)
            return unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
        #else
            return unsafeBitCast(present.__sigaction_u.__sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
        #endif
    }

    /// The signal's name, such as `SIGINT`, for messages.
    package static func name(_ number: Int32) -> String {
        let names = [
            SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2",
            SIGKILL: "SIGKILL",
        ]
        return names[number] ?? "signal \(number)"
    }
}
