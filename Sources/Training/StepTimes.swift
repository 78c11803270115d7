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

/// The mean time that each rank took to compute a step's gradients.
struct RankSeconds {
    private var sums: [Double] = []
    private var stepCount = 0

    /// Takes in a step's times in seconds, by rank; zeros tell of the step before the first.
    mutating func add(_ secondsByRank: [Double]) {
        if sums.isEmpty { sums = secondsByRank.map { _ in 0 } }
        guard secondsByRank.contains(where: { $0 > 0 }) else { return }
        for (rank, seconds) in secondsByRank.enumerated() { sums[rank] += seconds }
        stepCount += 1
    }

    /// The means in seconds, by rank; zeros before the first step.
    var means: [Double] { sums.map { $0 / Double(max(stepCount, 1)) } }
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
