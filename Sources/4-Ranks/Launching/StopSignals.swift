import Foundation
import Processes
import Synchronization

/// The signals that ask a launch to stop.
enum StopSignals {
    /// Passes on the name of each signal from now on, on another thread.
    static func listen(_ take: @escaping @Sendable (String) -> Void) {
        var ends: [Int32] = [-1, -1]
        // Without a pipe there are no descriptors left, so mpirun can't be started either.
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

/// The end of the pipe for the handler.
private let writingEnd = Atomic<Int32>(-1)

/// Writes a byte, which a signal handler may do.
///
/// A dispatch source would miss signals that come before it is active.
private let passOn: Signals.Handler = { number in
    let found = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(writingEnd.load(ordering: .relaxed), &byte, 1)
    errno = found
}
