/// Measures the time between laps.
package struct Stopwatch {
    private var start = ContinuousClock.now

    package init() {}

    /// The seconds since the last lap, or since the stopwatch was made.
    package var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Begins a new lap.
    ///
    /// - Returns: The seconds of the one before.
    package mutating func lap() -> Double {
        let now = ContinuousClock.now
        defer { start = now }
        return (now - start) / .seconds(1)
    }
}
