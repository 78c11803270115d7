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
