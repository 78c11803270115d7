import Foundation
import Synchronization

/// The signals by which somebody wants a launch to stop.
enum StopSignals {
    private static let names = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGUSR1: "SIGUSR1", SIGHUP: "SIGHUP"]

    /// Passes on the name of each signal that comes from now on, on another thread.
    static func listen(_ take: @escaping @Sendable (String) -> Void) {
        var ends: [Int32] = [-1, -1]
        // Without a pipe there are no descriptors left, and no mpirun can be started either.
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writingEnd.store(ends[1], ordering: .relaxed)
        var asking = sigset_t()
        sigemptyset(&asking)
        for number in names.keys {
            signal(number, passOn)
            sigaddset(&asking, number)
        }
        // Who started this process may have blocked them.
        pthread_sigmask(SIG_UNBLOCK, &asking, nil)
        Thread.detachNewThread { [end = ends[0]] in
            var byte: UInt8 = 0
            while true {
                if read(end, &byte, 1) == 1, let name = names[Int32(byte)] { take(name) }
            }
        }
    }
}

/// Where the handler writes to.
private let writingEnd = Atomic<Int32>(-1)

/// Does nothing that a signal handler must not: dispatch sources would miss what comes before they have begun to listen.
private let passOn: @convention(c) (Int32) -> Void = { number in
    let found = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(writingEnd.load(ordering: .relaxed), &byte, 1)
    errno = found
}
