import Foundation

/// The processor time of this process.
enum ProcessClock {
    /// Seconds of all its threads since it started.
    static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
