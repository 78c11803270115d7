import Foundation
import Synchronization
import TestSupport
import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct StopRequestTests {
    @Test func aSignalBeforeTheRunIsBuiltIsKept() {
        let signals = [
            (SIGUSR1, StopRequest.Reason.userSignal), (SIGUSR2, .launcher), (SIGTERM, .terminate), (SIGHUP, .hangUp),
            (SIGINT, .interrupt),
        ]
        withProcessSignals(signals.map(\.0)) {
            StopRequest.listen()
            for (number, reason) in signals {
                raise(number)
                #expect(StopRequest(maximumSeconds: nil).reason == reason)
            }
        }
    }

    @Test func aKeyThatIsHitTwiceAsksOnce() {
        withProcessSignals([SIGTERM, SIGINT]) {
            StopRequest.listen()
            // Another test's signal is no first one.
            for number in [SIGTERM, SIGINT, SIGINT] { raise(number) }
            #expect(StopRequest(maximumSeconds: nil).reason == .interrupt, "the process is still there")
        }
    }

    @Test func aStopIsRequestedAfterTheTimeLimit() {
        let clock = ManualClock()
        let (short, long) = (
            StopRequest(maximumSeconds: 10, now: { clock.now }), StopRequest(maximumSeconds: 3600, now: { clock.now })
        )
        clock.advance(by: .seconds(9.99))
        #expect(short.reason != .timeLimit)
        clock.advance(by: .seconds(0.01))
        #expect(short.reason == .timeLimit)
        #expect(long.reason != .timeLimit)
    }
}

/// A clock that only advances when it is told to.
private final class ManualClock: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}
