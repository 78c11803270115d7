#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The pause between two looks at a pending operation.
///
/// Short waits only give the core to whoever wants it; long ones sleep, so that ranks that outnumber the cores
/// do not take them from those that still compute.
struct PollingPause {
    private static let yieldsBeforeLongPauses = 512
    private static let microsecondsOfLongPause: UInt32 = 50

    private let start = ContinuousClock.now
    private var count = 0

    /// Whether the wait has lasted long enough that looking for alarms and deadlines costs nothing.
    var isLong: Bool { count >= Self.yieldsBeforeLongPauses }

    /// How long the wait has lasted.
    var elapsed: Duration { ContinuousClock.now - start }

    /// Pauses once.
    mutating func next() {
        count += 1
        if isLong { usleep(Self.microsecondsOfLongPause) } else { sched_yield() }
    }
}
