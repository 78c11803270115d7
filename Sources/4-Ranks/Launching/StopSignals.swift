import Foundation
import Processes
import Synchronization

/// The signals by which somebody wants a launch to stop.
enum StopSignals {
    /// Passes on the name of each signal that comes from now on, on another thread.
    static func listen(_ take: @escaping @Sendable (String) -> Void) {
        var ends: [Int32] = [-1, -1]
        // Without a pipe there are no descriptors left, and no mpirun can be started either.
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writingEnd.store(ends[1], ordering: .relaxed)
        Signals.handle([SIGINT, SIGTERM, SIGUSR1, SIGHUP], with: passOn)
        Thread.detachNewThread { [end = ends[0]] in
            var byte: UInt8 = 0
            while true {
                if read(end, &byte, 1) == 1 { take(Signals.name(Int32(byte))) }
            }
        }
    }
}

/// Where the handler writes to.
private let writingEnd = Atomic<Int32>(-1)

/// Does nothing that a signal handler must not: dispatch sources would miss what comes before they have begun to listen.
private let passOn: Signals.Handler = { number in
    let found = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(writingEnd.load(ordering: .relaxed), &byte, 1)
    errno = found
}
