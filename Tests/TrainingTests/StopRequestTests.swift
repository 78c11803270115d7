import Foundation
import Testing
import Training

/// Signals are the process's, so one test at a time.
@Suite(.serialized) struct StopRequestTests {
    @Test func aSignalAsksOnceItArrives() {
        // Dispatch begins to listen a moment later, to SIGUSR1 last: it is sent until it is heard.
        let signals = [(SIGUSR1, StopRequest.Reason.userSignal), (SIGTERM, .terminate), (SIGINT, .interrupt)]
        defer { for (number, _) in signals { signal(number, SIG_DFL) } }
        let request = StopRequest(maximumSeconds: nil)
        #expect(request.reason == .none)
        for (number, reason) in signals {
            kill(getpid(), number)
            for _ in 0..<1000 where request.reason != reason {
                Thread.sleep(forTimeInterval: 0.01)
                if number == SIGUSR1 { kill(getpid(), number) }
            }
            #expect(request.reason == reason)
        }
    }

    @Test func theTimeLimitAsksWhenItIsOver() {
        let request = StopRequest(maximumSeconds: 0.2)
        #expect(request.reason == .none)
        Thread.sleep(forTimeInterval: 0.25)
        #expect(request.reason == .timeLimit)
    }
}
