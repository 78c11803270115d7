import Foundation
import Testing
import Training

/// Signals are the process's, so one test at a time.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StopRequestTests {
    @Test func aSignalThatCameBeforeTheRunWasBuiltIsKept() {
        let signals = [
            (SIGUSR1, StopRequest.Reason.userSignal), (SIGUSR2, .launcher), (SIGTERM, .terminate), (SIGINT, .interrupt),
        ]
        defer { for (number, _) in signals { signal(number, SIG_DFL) } }
        StopRequest.listen()
        for (number, reason) in signals {
            raise(number)
            #expect(StopRequest(maximumSeconds: nil).reason == reason)
        }
    }

    @Test func theTimeLimitAsksWhenItIsOver() {
        let (short, long) = (StopRequest(maximumSeconds: 0.1), StopRequest(maximumSeconds: 3600))
        Thread.sleep(forTimeInterval: 0.15)
        #expect(short.reason == .timeLimit)
        #expect(long.reason != .timeLimit)
    }
}
