import Foundation
import Testing
import Training

/// Signals are the process's, so one test at a time.
@Suite(.serialized) struct StopRequestTests {
    @Test(arguments: [(SIGTERM, StopRequest.Reason.terminate), (SIGINT, .interrupt), (SIGUSR1, .userSignal)])
    func aSignalAsksOnceItArrives(signalNumber: Int32, reason: StopRequest.Reason) {
        defer { signal(signalNumber, SIG_DFL) }
        let request = StopRequest(maximumSeconds: nil)
        #expect(request.reason == .none)
        kill(getpid(), signalNumber)
        for _ in 0..<1000 where request.reason == .none { Thread.sleep(forTimeInterval: 0.005) }
        #expect(request.reason == reason)
    }

    @Test func theTimeLimitAsksWhenItIsOver() {
        let request = StopRequest(maximumSeconds: 0.2)
        #expect(request.reason == .none)
        Thread.sleep(forTimeInterval: 0.25)
        #expect(request.reason == .timeLimit)
    }
}
