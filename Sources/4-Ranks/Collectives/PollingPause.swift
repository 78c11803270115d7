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

    /// A longer gap between two looks means that this process itself stood still.
    private static let longestGap = Duration.seconds(1)

    private var last = ContinuousClock.now
    private var count = 0

    /// How long the wait has lasted; time in which this process was stopped or its machine slept does not count.
    private(set) var elapsed = Duration.zero

    /// Whether the wait has lasted long enough that looking for alarms and deadlines costs nothing.
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
