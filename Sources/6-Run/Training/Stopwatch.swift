/// Measures the time between laps.
package struct Stopwatch {
    private var start = ContinuousClock.now

    package init() {}

    /// The seconds since the last lap, or since the stopwatch was created.
    package var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Starts a new lap.
    ///
    /// - Returns: The seconds of the previous lap.
    package mutating func lap() -> Double {
        let now = ContinuousClock.now
        defer { start = now }
        return (now - start) / .seconds(1)
    }
}
