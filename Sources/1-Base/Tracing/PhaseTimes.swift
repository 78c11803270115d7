/// The time that a thread spends in each phase, without the phases inside of it: the times add up to the whole.
package final class PhaseTimes {
    private var seconds = [Double](repeating: 0, count: Phase.allCases.count)
    private var current: Phase
    private var start: ContinuousClock.Instant

    /// Times of a thread that is in `phase` now.
    package init(in phase: Phase = .starting, at now: ContinuousClock.Instant = .now) {
        current = phase
        start = now
    }

    /// Changes the phase.
    ///
    /// - Parameters:
    ///   - phase: The phase that begins or goes on.
    ///   - now: The time of the change.
    package func enter(_ phase: Phase, at now: ContinuousClock.Instant = .now) {
        seconds[Int(current.rawValue)] += (now - start) / .seconds(1)
        current = phase
        start = now
    }

    /// Counts a part of a phase's time as that of another phase.
    package func move(_ moved: Double, from source: Phase, to destination: Phase) {
        seconds[Int(source.rawValue)] -= moved
        seconds[Int(destination.rawValue)] += moved
    }

    /// The seconds in some phases, up to the last change.
    package func seconds(in phases: Phase...) -> Double {
        phases.reduce(0) { $0 + seconds[Int($1.rawValue)] }
    }
}
