/// Measures the time between laps.
package struct Stopwatch {
    private var start = ContinuousClock.now

    package init() {}

    /// The seconds since the last lap, or since the stopwatch was made.
    package mutating func lap() -> Double {
        let now = ContinuousClock.now
        defer { start = now }
        let components = start.duration(to: now).components
        return Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
