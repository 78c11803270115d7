import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct PhaseTimesTests {
    private let origin = ContinuousClock.now

    private func after(_ seconds: Double) -> ContinuousClock.Instant { origin + .seconds(seconds) }

    /// By hand: step from 1 to 10, in it computing from 2 to 6 and data from 6 to 7.
    @Test func aPhasesTimeIsWithoutThePhasesInsideOfIt() {
        let times = PhaseTimes(in: .training, at: origin)
        times.enter(.step, at: after(1))
        times.enter(.computing, at: after(2))
        times.enter(.step, at: after(6))
        times.enter(.data, at: after(6))
        times.enter(.step, at: after(7))
        times.enter(.training, at: after(10))
        #expect(times.seconds(in: .step) == 4)
        #expect(times.seconds(in: .computing) == 4)
        #expect(times.seconds(in: .training, .data) == 2)
        #expect(times.seconds(in: .evaluating) == 0)
    }

    @Test func movedSecondsAreCountedOnce() {
        let times = PhaseTimes(in: .computing, at: origin)
        times.enter(.step, at: after(8))
        times.move(3, from: .computing, to: .data)
        #expect(times.seconds(in: .computing) == 5)
        #expect(times.seconds(in: .data) == 3)
        #expect(times.seconds(in: .computing, .data) == 8)
    }
}
