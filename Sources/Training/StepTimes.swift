import Foundation

/// Where the time of training steps went on one rank, in seconds.
public struct StepTimes: Sendable, Equatable {
    /// Loading samples, forward and backward, with what of the reduction is done meanwhile.
    public private(set) var compute = 0.0
    /// Waiting for the sum of all gradients after backward: exposed communication.
    public private(set) var reduction = 0.0
    /// Comparing the replicas and applying the optimizer.
    public private(set) var update = 0.0
    /// How many steps.
    public private(set) var stepCount = 0

    /// All of it.
    public var total: Double { compute + reduction + update }

    mutating func add(compute: Double, reduction: Double, update: Double) {
        self.compute += compute
        self.reduction += reduction
        self.update += update
        stepCount += 1
    }
}

/// What the processor did for this process.
enum ProcessClock {
    /// Seconds of all its threads since it started.
    static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// Measures the time between laps.
struct Stopwatch {
    private var start = ContinuousClock.now

    /// The seconds since the last lap, or since the stopwatch was made.
    mutating func lap() -> Double {
        let now = ContinuousClock.now
        defer { start = now }
        let components = start.duration(to: now).components
        return Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
