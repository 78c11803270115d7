#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The pause between two tests of a pending operation.
///
/// At first the pause only yields the core; later it sleeps, so that waiting ranks, when there are more of them than
/// cores, don't slow down those that compute.
struct PollingPause {
    private static let yieldsBeforeLongPauses = 512
    private static let microsecondsOfLongPause: UInt32 = 50

    /// A longer time between two tests means that this process was stopped.
    private static let longestGap = Duration.seconds(1)

    private var last = ContinuousClock.now
    private var count = 0

    /// How long the wait has lasted, not counting time in which this process was stopped or its machine slept.
    private(set) var elapsed = Duration.zero

    /// Whether the wait has lasted so long that checking alarms and deadlines costs nothing.
    var isLong: Bool { count >= Self.yieldsBeforeLongPauses }

    /// Pauses once.
    mutating func next() {
        count += 1
        if isLong { usleep(Self.microsecondsOfLongPause) } else { sched_yield() }
        let now = ContinuousClock.now
        elapsed += min(now - last, Self.longestGap)
        last = now
    }
}
